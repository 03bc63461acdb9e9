def on_message(message):
    hoard = {}
    n = 0
    while True:
        hoard[n] = str(n) * 100
        n += 1
