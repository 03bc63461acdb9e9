"""The language of a script: what it may say, and what it is told when it may not."""
