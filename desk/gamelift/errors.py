"""What the GameLift API answers when it cannot do what was asked: one of GameLift's own exceptions, and a sentence."""

from typing import Literal

Code = Literal[
    "ConflictException",
    "FleetCapacityExceededException",
    "GameSessionFullException",
    "IdempotentParameterMismatchException",
    "InternalServiceException",
    "InvalidFleetStatusException",
    "InvalidGameSessionStatusException",
    "InvalidRequestException",
    "LimitExceededException",
    "NotFoundException",
    "TaggingFailedException",
    "TerminalRoutingStrategyException",
    "ThrottlingException",
    "UnauthorizedException",
    "UnknownOperationException",
]


class GameLiftError(Exception):
    """The answer is an exception of GameLift's; the text tells the caller what to do about it."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code

    @property
    def status(self) -> int:
        """The status of HTTP; the SDKs try again what is 500, and what is a ThrottlingException."""
        return 500 if self.code == "InternalServiceException" else 400


class NotThere(GameLiftError):
    """What was asked for is not there."""


class OfficeTrouble(Exception):
    """The database or the server's key cannot be used; the text names it, without a password, and says why."""


def invalid(message: str) -> GameLiftError:
    """What was asked makes no sense."""
    return GameLiftError("InvalidRequestException", message)


def not_found(message: str) -> GameLiftError:
    """What was asked for is not there."""
    return NotThere("NotFoundException", message)
