def on_message(message):
    ("a" * 10**5).replace("a", "b" * 10**5)
