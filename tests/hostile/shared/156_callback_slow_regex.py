import re
def on_message(message):
    re.match('(x+x+)+y', 'x' * 60)
