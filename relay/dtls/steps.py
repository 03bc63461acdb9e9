"""What becomes of those who knock by DTLS, for who counts it."""

from enum import StrEnum


class DtlsStep(StrEnum):
    """How far it came. Each handshake that began has come in the end, has failed or gave way."""

    CHALLENGED = "a hello without a good cookie was answered with one"
    TOO_MANY = "a hello with a good cookie was not heard: too many had begun in that second"
    BEGAN = "a handshake began"
    CAME = "a handshake was done"
    FAILED = "a handshake failed, or was not done in time"
    GAVE_WAY = "the oldest guest gave way to a newer one"
