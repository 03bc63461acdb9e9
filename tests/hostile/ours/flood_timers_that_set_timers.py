from harena import session

def again():
    session.after(0, again)
    session.after(0, again)

def on_player_accepted(player):
    again()
    for _ in range(2000):
        again()
