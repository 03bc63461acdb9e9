"""Secrets of scripts: read from the configuration, the environment or files, and never shown."""

import os
from collections.abc import Mapping
from pathlib import Path

from runtime.config import Secrets
from runtime.config_faults import ConfigFault, Misconfigured
from runtime.config_file import ConfigFile, read_bounded, why
from runtime.masking import MIN_SECRET_CHARACTERS

#: The table of a configuration file that holds them.
SECRETS = "secrets"
MAX_SECRETS_OF_SCRIPT = 64
MAX_SECRET_BYTES = 16 * 1024
_FORMS = 'a text, {env = "VARIABLE"} or {file = "PATH"}'


class BadSecret(ValueError):
    """A secret cannot be had; the text says why, and nothing of its value. ``path`` is its place in the table."""

    def __init__(self, path: tuple[str, ...], message: str) -> None:
        super().__init__(message)
        self.path = path

    def fault(self, file: ConfigFile | None) -> ConfigFault:
        """Say where in a configuration file it stands."""
        path = (SECRETS, *self.path)
        return ConfigFault(str(file and file.path), file.line(*path) if file else 0, ".".join(path), str(self))


def secrets_of(file: Path) -> Secrets:
    """Read the tables of secrets of a configuration file, and nothing else of it. Raises Misconfigured."""
    read = ConfigFile.read(file)
    secrets, bad = read_secrets(read.table.get(SECRETS, {}), file.parent)
    if bad:
        raise Misconfigured(tuple(one.fault(read) for one in bad))
    return secrets


def read_secrets(given: object, folder: Path) -> tuple[Secrets, list[BadSecret]]:
    """Read the table of secrets: of each script names with values. Relative paths begin at the folder."""
    faults: list[BadSecret] = []
    found: dict[str, dict[str, str]] = {}
    for script, name, source in _entries(given, faults):
        try:
            found.setdefault(script, {})[name] = _value(source, folder)
        except (OSError, ValueError) as error:
            faults.append(BadSecret((script, name), why(error)))
    for script, names in found.items():
        if len(names) > MAX_SECRETS_OF_SCRIPT:
            faults.append(BadSecret((script,), f"a script has at most {MAX_SECRETS_OF_SCRIPT} secrets"))
    return Secrets({script: tuple(sorted(names.items())) for script, names in found.items()}), faults


def _entries(given: object, faults: list[BadSecret]) -> list[tuple[str, str, object]]:
    if not isinstance(given, Mapping):
        faults.append(BadSecret((), "is to be a table for each script: [secrets.SCRIPT]"))
        return []
    for script, names in given.items():
        if not isinstance(names, Mapping):
            faults.append(BadSecret((script,), "is to be a table of names and values: [secrets.SCRIPT]"))
    tables = [(script, names) for script, names in given.items() if isinstance(names, Mapping)]
    return [(script, name, source) for script, names in tables for name, source in names.items()]


def _value(source: object, folder: Path) -> str:
    match source:
        case str():
            found = source
        case {"env": str(variable), **rest} if not rest:
            found = os.environ.get(variable, "")
            if not found:
                raise ValueError(f"the environment variable {variable} is not set")
        case {"file": str(path), **rest} if not rest:
            found = read_bounded(folder / path, MAX_SECRET_BYTES).removesuffix("\n")
        case _:
            raise ValueError(f"is to be {_FORMS}")
    return checked(found)


def checked(secret: str) -> str:
    """Give a secret that can be had, and be masked in logs. Raises ValueError, with nothing of its value."""
    if any("\ud800" <= letter <= "\udfff" for letter in secret):
        raise ValueError("is no text that UTF-8 can hold")
    if len(secret.encode()) > MAX_SECRET_BYTES:
        raise ValueError(f"a secret has at most {MAX_SECRET_BYTES:,} bytes")
    if len(secret) < MIN_SECRET_CHARACTERS:
        raise ValueError(f"a secret has at least {MIN_SECRET_CHARACTERS} characters: logs are cleared of it")
    return secret
