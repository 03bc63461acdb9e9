from harena import session

RESULT = "SECRET " + "{0._secrets}".format(session)
