from harena import session

def on_message(message):
    for name in ("../neighbour", "neighbour", "neighbour.login_key", "", None, 7):
        try:
            print("SECRET", session.secret(name))
        except LookupError as error:
            print(error)
