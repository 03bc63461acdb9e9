def on_player_accepted(player):
    while True:
        pass
