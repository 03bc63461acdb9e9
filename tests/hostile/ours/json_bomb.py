import json

tree = []
for _ in range(40):
    tree = [tree, tree]

def on_message(message):
    json.dumps(tree)
