def on_player_disconnect(player):
    while True:
        pass
