from harena import session

def on_message(message):
    for _ in range(2000):
        session.send(1, 1)
