import math

setattr(math, "sqrt", lambda x: "POISON")
RESULT = math.sqrt(4)
