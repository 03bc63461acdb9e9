def on_message(message):
    bytearray(10**11)
