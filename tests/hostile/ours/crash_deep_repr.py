def on_message(message):
    row = {}
    for _ in range(100_000):
        row = {1: row}
    print(row)
