from harena import session

def on_message(message):
    for n in range(1, 10**6):
        session.join_group(1, n)
