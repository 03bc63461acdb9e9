from harena import session

def nothing():
    pass

def on_message(message):
    while True:
        session.every(0.01, nothing)
