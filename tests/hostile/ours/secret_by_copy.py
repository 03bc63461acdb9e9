import copy
from harena import session

RESULT = "SECRET " + str(copy.deepcopy(session)._secrets)
