import re

def on_send_to_group(message):
    return bool(re.search("(a|a?)+$", "a" * 40 + "!"))
