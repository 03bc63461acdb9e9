from harena import session

RESULT = str([getattr(session, name) for name in dir(session)])
