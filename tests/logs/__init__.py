"""The logs of game sessions: their lines, their files, and what becomes of them when a disk is slow or full."""
