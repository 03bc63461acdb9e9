class Row(list):
    def __repr__(self):
        return repr(self)

def on_message(message):
    print(Row())
