configuration = {"memory_bytes": 68719476736, "callback_cpu_milliseconds": 60_000, "log_lines_per_second": 10_000}

def on_message(message):
    while True:
        print("x")
