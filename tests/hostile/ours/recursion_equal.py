class Mirror:
    def __eq__(self, other):
        return other == self

def on_message(message):
    Mirror() == Mirror()
