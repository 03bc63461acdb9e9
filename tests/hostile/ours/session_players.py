from harena import Player, session

def on_message(message):
    Player.player_id = "POISON"
    session.players[0].player_id = "POISON"
