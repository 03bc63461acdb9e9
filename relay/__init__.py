"""The relay: peers, their channels and their bytes. It holds no rule of the game."""
