import itertools

def on_message(message):
    one, other = itertools.tee(itertools.count())
    while True:
        next(one)
