import re

def on_message(message):
    re.compile("(" * 5000 + ")" * 5000)
