class Key:
    def __hash__(self):
        while True:
            pass

def on_message(message):
    {Key(): 1}
