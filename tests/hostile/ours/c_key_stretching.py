import hashlib

def on_message(message):
    hashlib.pbkdf2_hmac("sha256", b"", b"", 10**9)
