from harena import session

RESULT = str(session._secrets)
