"""What becomes of those who knock by DTLS, for who counts it."""

from enum import StrEnum


class DtlsStep(StrEnum):
    """How far it came. Each handshake that began has come in the end, or has failed."""

    CHALLENGED = "a hello without a good cookie was answered with one"
    TOO_MANY = "a hello with a good cookie was not heard: too many had begun in that second"
    BEGAN = "a handshake began"
    CAME = "a handshake was done"
    FAILED = "a handshake failed, was not done in time, or had to give way before"
    GAVE_WAY = "the oldest guest gave way to a newer one, whether its handshake was done or not"
