import textwrap

def on_message(message):
    textwrap.indent("\n" * 10**6, "x" * 10**6, lambda line: True)
