def on_snapshot():
    return "x" * 10**6

def on_restore(state):
    pass
