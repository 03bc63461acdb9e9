import itertools
import statistics

def on_message(message):
    statistics.mean(itertools.count())
