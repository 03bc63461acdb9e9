import base64

def on_message(message):
    data = b"x" * 10**6
    while True:
        data = base64.b64encode(data)
