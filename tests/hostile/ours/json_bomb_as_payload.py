from harena import session

tree = []
for _ in range(40):
    tree = [tree, tree]

def on_message(message):
    session.broadcast(1, tree)
