from harena import session

session.send = print
