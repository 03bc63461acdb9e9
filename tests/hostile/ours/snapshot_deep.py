def on_snapshot():
    state = None
    for _ in range(100_000):
        state = [state]
    return state

def on_restore(state):
    pass
