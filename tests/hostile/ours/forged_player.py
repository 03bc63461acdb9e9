from harena import session

class Player:
    peer_id = 2
    player_id = "bob"

def on_message(message):
    session.kick(Player(), "PWNED")
