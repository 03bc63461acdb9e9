def on_message(message):
    a = []
    for i in range(100000):
        a = [a]
    game.send(message.sender, 1, a)
