"""Tests of the command: what it prints, and the exit codes it ends with."""
