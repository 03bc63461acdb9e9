from decimal import Decimal

kind = type(Decimal(1))
kind.sqrt = lambda self: "POISON"
RESULT = Decimal(4).sqrt()
