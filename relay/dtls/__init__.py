"""DTLS 1.2 without a socket: datagrams go in, packets and datagrams come out."""
