def on_message(message):
    int("9" * 10**6)
