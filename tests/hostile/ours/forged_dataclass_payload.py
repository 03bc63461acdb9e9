from dataclasses import dataclass
from harena import session

@dataclass
class Node:
    inner: object = None

node = Node()
node.inner = node

def on_message(message):
    session.broadcast(1, node)
