def on_health_check():
    while True:
        pass
