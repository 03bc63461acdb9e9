class Loud:
    def __repr__(self):
        while True:
            pass

def on_message(message):
    print([Loud()])
