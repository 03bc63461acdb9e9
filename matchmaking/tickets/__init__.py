"""Matchmaking tickets: their life from the request to a game session, acceptance, backfill, and what is told of it."""
