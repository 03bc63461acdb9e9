"""Mistakes of a script that show without playing it: each with its place, the reason, and what to write instead."""

from sandbox.lint.linting import Linted, linted

__all__ = ["Linted", "linted"]
