"""The tests that read the documentation: what it names exists, what exists is named, and its examples run."""
