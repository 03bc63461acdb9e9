def on_message(message):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
