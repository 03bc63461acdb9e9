def on_message(message):
    print("\x1b]0;owned\x07\x1b[2J\r\n12:00:00  critical  all is lost\x00\u202e")
