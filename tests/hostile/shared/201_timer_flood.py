def t(): pass
def on_start_game_session(game_session):
    for i in range(1000000):
        game.after(1, t)
