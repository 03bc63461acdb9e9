from harena import session

class Op(int):
    def __le__(self, other):
        return True

    def __ge__(self, other):
        return True

    def __lt__(self, other):
        return True

    def __int__(self):
        return "PWNED"

def on_message(message):
    session.send(1, Op(-1), "hello")
