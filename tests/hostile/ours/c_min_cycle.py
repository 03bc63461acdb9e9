import itertools

def on_message(message):
    min(itertools.cycle([1]))
