"""The tests of insight: explanations, populations, simulations."""
