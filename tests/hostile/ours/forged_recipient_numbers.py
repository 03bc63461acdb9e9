from harena import session

class Peer(int):
    def __le__(self, other):
        return True

    def __ge__(self, other):
        return True

    def __lt__(self, other):
        return True

def on_message(message):
    session.send(Peer(-5), 1, "hello")
