from harena import session

RESULT = str(getattr(session, "_side"))
