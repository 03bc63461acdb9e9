import json

def on_message(message):
    json.loads("9" * 10**6)
