from harena import session

def work():
    for _ in range(20_000):
        pass

def on_player_accepted(player):
    for _ in range(500):
        session.after(0.5, work)
