class Yes:
    _payload = b"PWNED"
    _reason = "PWNED"

def on_send_to_group(message):
    return Yes()
