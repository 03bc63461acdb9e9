class Maybe:
    def __bool__(self):
        while True:
            pass

def on_send_to_group(message):
    return Maybe()
