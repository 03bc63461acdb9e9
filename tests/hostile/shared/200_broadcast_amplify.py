def on_message(message):
    for i in range(100000):
        game.broadcast(1, {'d': 'x' * 1000})
