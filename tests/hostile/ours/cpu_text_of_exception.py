class Endless(Exception):
    def __str__(self):
        while True:
            pass

def on_message(message):
    raise Endless
