from harena import session

class Text(str):
    def encode(self, *how):
        return b"x" * 10**7

    def __str__(self):
        return "\ud800" * 10**6

def on_message(message):
    session.send(1, 1, Text("hello"))
    session.kick(1, Text("bye"))
    session.log.info(Text("line"))
