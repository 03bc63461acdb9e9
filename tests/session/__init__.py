"""The heart, without a socket, a clock or a sandbox."""
