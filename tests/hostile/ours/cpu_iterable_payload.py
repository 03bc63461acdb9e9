from harena import session

class Rows(dict):
    def items(self):
        while True:
            pass

def on_message(message):
    session.send(1, 1, Rows(a=1))
