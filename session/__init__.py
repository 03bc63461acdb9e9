"""The heart: what a game session does, without doing any of it. Packets and answers in, effects out."""
