"""The honest comparison: what a relay costs, ours and others, on the same work in the same minutes."""
