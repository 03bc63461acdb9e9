import decimal

decimal.getcontext().prec = 10**8
RESULT = str(len(str(decimal.Decimal(2).sqrt())))
