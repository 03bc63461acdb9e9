"""The sandbox: a script that nobody trusts, and the walls around it.

The relay's side is ``host`` and ``nursery``; ``zygote`` is a process of its own, from which each ``child`` is forked:
one for each game session, with the script in it.
"""
