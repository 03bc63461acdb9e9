from harena import session

match session:
    case object(_secrets=found):
        RESULT = "SECRET " + str(found)
