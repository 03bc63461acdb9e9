"""Our WebSocket under the fuzzing client of the Autobahn test suite: a command, ``make conformance``."""
