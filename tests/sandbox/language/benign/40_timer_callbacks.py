from harena import session
RESULT = 0
class Round:
    def __init__(self):
        self.n = 0
    def tick(self):
        self.n += 1
        if self.n < 3:
            session.after(0.01, self.tick)
def on_start_game_session(game_session):
    global RESULT
    r = Round()
    session.after(0.01, r.tick)
    session.after(0.01, lambda: session.log.info('lambda'))
    r.tick()
    RESULT = r.n
