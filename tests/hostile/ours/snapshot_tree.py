tree = []
for _ in range(40):
    tree = [tree, tree]

def on_snapshot():
    return tree

def on_restore(state):
    pass
