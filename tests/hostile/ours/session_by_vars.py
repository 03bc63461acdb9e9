from harena import session

RESULT = str(vars(session))
