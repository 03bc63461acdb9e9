"""The tests of matchmaking."""
