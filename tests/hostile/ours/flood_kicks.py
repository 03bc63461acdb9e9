from harena import session

def on_message(message):
    while True:
        session.kick(1, "x" * 100_000)
