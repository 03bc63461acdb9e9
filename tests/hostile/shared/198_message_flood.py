def on_message(message):
    while True:
        game.send(message.sender, 1, 'x' * 100)
