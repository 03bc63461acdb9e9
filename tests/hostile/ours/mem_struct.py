import struct

def on_message(message):
    struct.pack("100000000000x")
