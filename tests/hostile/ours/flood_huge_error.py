def on_message(message):
    raise ValueError("x" * 20_000_000)
