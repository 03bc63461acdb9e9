def on_message(message):
    def f():
        return None
    while True:
        pad = [f] * 10_000
        def g(inner=f, pad=pad):
            return inner
        f = g
