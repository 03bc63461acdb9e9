def on_message(message):
    game.send(message.sender, 1, 'never')
    yield 1
