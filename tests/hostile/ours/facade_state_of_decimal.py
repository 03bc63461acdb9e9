import decimal

decimal.getcontext().prec = 1
