import re

def on_message(message):
    n = 0
    while True:
        re.compile(f"(a{n}|b){{1,50}}")
        n += 1
