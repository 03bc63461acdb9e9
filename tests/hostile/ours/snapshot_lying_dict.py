class State(dict):
    def items(self):
        return [("PWNED", object())]

    def __iter__(self):
        while True:
            yield "PWNED"

def on_snapshot():
    return State(a=1)

def on_restore(state):
    pass
