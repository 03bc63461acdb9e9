from harena import Message, session

def on_message(message):
    fake = Message(message.sender, 1, b"forged", True)
    session.broadcast(fake.op_code, fake.payload)
