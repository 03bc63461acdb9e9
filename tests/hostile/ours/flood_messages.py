from harena import session

def on_message(message):
    while True:
        try:
            session.send(1, 1, "x" * 30_000)
        except RuntimeError as error:
            raise error
