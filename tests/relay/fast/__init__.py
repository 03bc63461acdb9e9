"""Tests of relay/fast: the plain fast channel."""
