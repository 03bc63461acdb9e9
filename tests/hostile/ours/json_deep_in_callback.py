import json

def on_message(message):
    json.loads("[" * 10**6)
