class Card:
    def __lt__(self, other):
        while True:
            pass

def on_message(message):
    sorted([Card(), Card()])
