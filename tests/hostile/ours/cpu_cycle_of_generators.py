class Knot:
    pass

def corridor(knot):
    try:
        yield
    finally:
        while True:
            pass

def on_message(message):
    while True:
        knot = Knot()
        knot.walk = corridor(knot)
        next(knot.walk)
