class A: pass
def on_message(message):
    game.send(message.sender, 1, A())
