import math

def on_message(message):
    math.prod(range(1, 10**7))
