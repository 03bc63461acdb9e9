from harena import session

def on_message(message):
    print("\ud800\udfff")
    session.kick(1, "\ud800")
    raise ValueError("\ud800")
