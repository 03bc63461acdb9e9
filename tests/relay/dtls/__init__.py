"""The tests of DTLS."""
