def on_message(message):
    game.send("someone-in-another-session", 1, "hi")
