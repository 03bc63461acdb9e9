"""The sandbox: its language, its frames, its processes, and what a script sees in it."""
