"""The roof: configuration, processes, assembly, the fleet of game sessions, the ``harena`` command."""
