from harena import session

class Small(bytes):
    def __len__(self):
        return 1

def on_message(message):
    session.send(1, 1, Small(b"x" * 200_000))
