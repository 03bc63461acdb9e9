import itertools

def on_message(message):
    all(itertools.repeat(1))
