def on_message(message):
    hoard = []
    while True:
        class Thing:
            pad = "x" * 50_000 + str(len(hoard))
        hoard.append(Thing)
