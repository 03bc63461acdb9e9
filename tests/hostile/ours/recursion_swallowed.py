def deeper(n):
    try:
        return deeper(n + 1)
    finally:
        deeper(n + 1)

def on_message(message):
    deeper(0)
