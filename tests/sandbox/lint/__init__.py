"""Lints of scripts: what they find, what they leave alone, and how the command says it."""
