"""Certificates for tests: one authority, leaves below it, and both ends' contexts, each made once."""

import ssl
import time
from functools import cache

from relay.tls_context import server_context
from runtime.tls.certificates import Pair, new_authority, new_leaf

NAMES = ("localhost", "127.0.0.1", "::1")
VERSIONS = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}

#: Whether relays and raw peers speak TLS: the tests of the channel set it, to be run once more by TLS.
everywhere = False


@cache
def authority() -> Pair:
    return new_authority("Tests", time.time())


@cache
def leaf(serial: int = 0) -> Pair:
    """Give a leaf; each number has its own."""
    return new_leaf(authority(), (*NAMES, f"leaf-{serial}"), time.time())


@cache
def shows(serial: int = 0) -> ssl.SSLContext:
    """Give a server's context with a leaf."""
    return server_context(leaf(serial).chain, leaf(serial).key)


@cache
def shows_other_names() -> ssl.SSLContext:
    """Give a server's context with a leaf that names another place."""
    elsewhere = new_leaf(authority(), ("elsewhere.example",), time.time())
    return server_context(elsewhere.chain, elsewhere.key)


def trusts(version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    """Give a client's context that trusts the authority and nobody else, and speaks one version alone if need be."""
    context = ssl.create_default_context(cadata=authority().chain.decode())
    if version:
        context.minimum_version = context.maximum_version = version
    return context
