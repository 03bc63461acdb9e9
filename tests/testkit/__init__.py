"""The kit for tests of scripts, and the names that scripts and players import."""
