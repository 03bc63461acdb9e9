kept = []

def corridor():
    try:
        yield
    finally:
        while True:
            pass

def on_message(message):
    walk = corridor()
    next(walk)
    kept.append(walk)
    walk = None
    kept.clear()
