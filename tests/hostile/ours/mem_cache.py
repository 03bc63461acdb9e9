import functools

@functools.lru_cache(maxsize=None)
def padded(n):
    return "x" * 20_000 + str(n)

def on_message(message):
    n = 0
    while True:
        padded(n)
        n += 1
