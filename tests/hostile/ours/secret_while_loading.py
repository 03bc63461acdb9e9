from harena import session

print("SECRET", session.secret("login_key"))
