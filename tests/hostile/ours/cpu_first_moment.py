def on_start_game_session(game_session):
    while True:
        pass
