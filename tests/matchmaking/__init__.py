"""Matchmaking, without a clock, a network or a database."""
