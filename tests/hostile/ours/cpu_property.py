class Board:
    @property
    def score(self):
        while True:
            pass

def on_tick(dt):
    Board().score
