import itertools

def on_message(message):
    row = iter([1])
    for _ in range(50_000):
        row = itertools.chain(row, [])
    list(row)
