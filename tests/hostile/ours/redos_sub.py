import re

def on_message(message):
    re.sub("(x*)*y", "", "x" * 5000)
