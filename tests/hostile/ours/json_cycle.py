from harena import session

ring = []
ring.append(ring)

def on_message(message):
    session.broadcast(1, ring)
