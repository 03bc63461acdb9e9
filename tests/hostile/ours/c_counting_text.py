text = "ab" * 10**6

def on_message(message):
    while True:
        text.count("ba" * 1000)
