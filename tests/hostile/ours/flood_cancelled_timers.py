from harena import session

def on_message(message):
    while True:
        session.after(1, print, "x" * 10_000).cancel()
