"""Matchmaking through the GameLift API: what is kept of it, who searches, and how a match becomes a game session."""
