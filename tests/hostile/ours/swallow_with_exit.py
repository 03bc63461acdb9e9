class Door:
    def __enter__(self):
        return self

    def __exit__(self, *why):
        return True

def on_message(message):
    while True:
        with Door():
            while True:
                pass
