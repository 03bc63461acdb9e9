def on_send_to_group(message):
    return message.replace("x" * 10**7)
