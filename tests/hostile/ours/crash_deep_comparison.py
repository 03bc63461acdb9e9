def on_message(message):
    one, other = (), ()
    for _ in range(100_000):
        one, other = (one,), (other,)
    one == other
