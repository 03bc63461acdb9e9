def deeper():
    try:
        deeper()
    except RecursionError:
        pass
    while True:
        try:
            while True:
                len("")
        except RecursionError:
            pass

def on_message(message):
    deeper()
