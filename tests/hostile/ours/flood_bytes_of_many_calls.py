from harena import session

def on_tick(dt):
    for _ in range(25):
        session.broadcast(1, "x" * 32_000)
