def on_message(message):
    row = iter([1])
    for _ in range(50_000):
        row = enumerate(row)
    row = None
