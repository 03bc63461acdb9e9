import itertools

def on_tick(dt):
    any(itertools.repeat(0))
