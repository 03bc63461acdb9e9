def on_snapshot():
    while True:
        pass

def on_restore(state):
    pass
