import time

def on_message(message):
    end = time.time() + 0.001
    while time.time() < end:
        pass
