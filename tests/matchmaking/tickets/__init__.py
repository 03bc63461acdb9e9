"""The tests of matchmaking tickets: conversations, promises, shapes of events."""
