def on_message(message):
    row = iter([1])
    for _ in range(200_000):
        row = map(abs, row)
    list(row)
