def on_message(message):
    1 << 10**11
