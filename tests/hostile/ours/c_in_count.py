import itertools

def on_message(message):
    -1 in itertools.count()
