"""What stands between a script and the objects that it touches, while it runs."""
