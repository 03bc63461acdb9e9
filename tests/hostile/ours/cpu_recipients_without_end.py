from harena import session

def everybody():
    while True:
        yield 1

def on_message(message):
    session.send(everybody(), 1)
