def on_message(message):
    error = None
    while True:
        try:
            raise ValueError("x" * 10_000) from error
        except ValueError as raised:
            error = raised
