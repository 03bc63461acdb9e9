hoard = []

def on_message(message):
    hoard.append(bytes(40_000_000))
