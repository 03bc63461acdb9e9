def on_message(message):
    game.send(message.sender, 1, float('nan'))
