row = [0]

def on_message(message):
    while True:
        row[len(row):] = row
