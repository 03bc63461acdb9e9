def on_message(message):
    text = "x" * 10**7
    while True:
        text = text.encode("utf-32").decode("latin-1")
