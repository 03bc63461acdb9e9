"""Insight: why a ticket waits, and what a rule set does to a population."""
