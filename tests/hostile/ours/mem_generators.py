def numbers(pad):
    yield pad

def on_message(message):
    hoard = []
    while True:
        walk = numbers("x" * 10_000 + str(len(hoard)))
        next(walk)
        hoard.append(walk)
