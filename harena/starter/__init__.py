"""What `harena new` begins with: a script, its test and a player, in which NAME stands for the script's name."""
