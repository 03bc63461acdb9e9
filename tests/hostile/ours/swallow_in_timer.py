from harena import session

def again():
    while True:
        try:
            while True:
                pass
        finally:
            continue

def on_player_accepted(player):
    session.after(0.1, again)
