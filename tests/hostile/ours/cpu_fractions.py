from fractions import Fraction

def on_message(message):
    total = Fraction(0)
    n = 1
    while True:
        total += Fraction(1, n)
        n += 1
