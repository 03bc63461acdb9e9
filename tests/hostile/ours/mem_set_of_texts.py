def on_message(message):
    hoard = set()
    n = 0
    while True:
        hoard.add(f"{n:0>10000}")
        n += 1
