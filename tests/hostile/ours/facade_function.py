import json
import math

def on_start_game_session(game_session):
    math.pi = 3
    json.loads = print
