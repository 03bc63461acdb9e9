from harena import session

def on_message(message):
    for n in range(20_000):
        session.log.critical("x" * 3000)
