number = 7 ** 10**5

def on_message(message):
    while True:
        str(number)
