def on_process_terminate():
    while True:
        pass
