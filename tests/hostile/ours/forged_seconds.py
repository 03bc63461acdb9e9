from harena import session

class Soon(float):
    def __le__(self, other):
        return True

    def __ge__(self, other):
        return True

def on_message(message):
    session.after(Soon("nan"), print)
    session.after(Soon("-inf"), print)
