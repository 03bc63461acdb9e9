from harena import session
count = RESULT = 0
def on_message(message):
    global count, RESULT
    count += 1
    session.send(message.sender, 1, {'count': count})
    RESULT = count
