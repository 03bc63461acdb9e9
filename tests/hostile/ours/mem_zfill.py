def on_message(message):
    "1".zfill(10**11)
