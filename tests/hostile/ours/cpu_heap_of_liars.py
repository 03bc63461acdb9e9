import heapq

class Never:
    def __lt__(self, other):
        heapq.heapify([Never(), Never()])
        return True

def on_message(message):
    while True:
        try:
            heapq.heapify([Never(), Never()])
        except RecursionError:
            pass
