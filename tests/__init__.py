"""The tests of Harena."""
