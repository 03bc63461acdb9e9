from harena import session

def on_message(message):
    session.game_session.properties["map"] = "POISON"
    session.game_session.name = "POISON"
