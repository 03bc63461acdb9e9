from harena import session

def on_player_accepted(player):
    for _ in range(900):
        session.after(0.1, lambda: 1 / 0)
