"""What attacks aim at, and how they are told apart: by who could do it if there were no layers."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Real(StrEnum):
    """Who could do it without layers: the control run holds this to be true."""

    ANYBODY = "anybody"
    ROOT = "root"
    #: Depends on how the kernel was built and set.
    SOMEWHERE = "somewhere"
    #: There is nothing to be had in a clean child, whatever is around it.
    NOBODY = "nobody"


@dataclass(frozen=True)
class Aims:
    """What there is outside: the worker's process and a neighbour's, a port that listens, a folder for everybody."""

    worker: int
    neighbour: int
    port: int
    folder: str
    secret: str


@dataclass(frozen=True)
class Attack:
    """Something that must not work. It says so by an exception, by a false answer, or not at all."""

    name: str
    real: Real
    run: Callable[[Aims], object]


ATTACKS: dict[str, Attack] = {}


def attack(real: Real = Real.ANYBODY, *, machine: str = "") -> Callable[[Callable[[Aims], object]], None]:
    """Enter a function among the attacks; those with numbers of one kind of machine are made on that alone."""

    def enter(run: Callable[[Aims], object]) -> None:
        name = run.__name__.strip("_")
        assert name not in ATTACKS, name
        if machine in ("", os.uname().machine):
            ATTACKS[name] = Attack(name, real, run)

    return enter
