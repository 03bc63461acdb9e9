"""Settings: a configuration from its file, the environment and the command's options, checked, with all faults at once.

An option goes before the environment, and that before the file. What a setting may be stands in ``runtime.keys``.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, ConfigDict, Field, Strict, ValidationError, create_model
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from runtime.config import Config, Secrets, Start
from runtime.config_faults import ConfigFault, Misconfigured
from runtime.config_file import ConfigFile
from runtime.keys import KEYS, SECTIONS, Key
from runtime.secret_settings import SECRETS, read_secrets

#: Variables with our prefix that are no settings.
OTHER_VARIABLES = frozenset({"HARENA_DEBUG", "HARENA_CONFIG", "HARENA_SCRIPT"})
_SHOWN_CHARACTERS = 60

Options = Mapping[str, object]


def load(start: Start, options: Options) -> Config:
    """Read ``start.file``, if there is one, the environment and the options (by key). Raises Misconfigured."""
    file = ConfigFile.read(start.file) if start.file else None
    table = _with_folder(file) if file else {}
    secrets, bad_secrets = read_secrets(table.pop(SECRETS, {}), file.path.parent if file else Path())
    faults = [bad.fault(file) for bad in bad_secrets]
    environment = _environment()
    faults += _unknown_variables()
    try:
        loaded = _model(options, environment, table)()
    except ValidationError as error:
        sources = Sources(options, environment, file)
        faults = [sources.fault(cast(tuple[str, ...], one["loc"]), one["input"]) for one in error.errors()] + faults
    if faults:
        raise Misconfigured(tuple(sorted(faults, key=lambda fault: (not fault.line, fault.line))))
    return _config(start, loaded.model_dump(), secrets)


def _config(start: Start, loaded: Mapping[str, Any], secrets: Secrets) -> Config:
    sections = {
        section: kind(**{key.name: _found(loaded, key) for key in KEYS.values() if key.section == section})
        for section, kind in SECTIONS.items()
    }
    return replace(Config(start, secrets=secrets), **sections)


def _found(loaded: Mapping[str, Any], key: Key) -> object:
    return loaded[key.name] if key.dotted == key.name else loaded[key.section][key.name]


# The model: made from the keys, so that none is written down twice.


class _Settings(BaseSettings):
    model_config = SettingsConfigDict(strict=True, extra="forbid", env_prefix="HARENA_", validate_default=False)


def _model(options: Options, environment: Options, table: Mapping[str, Any]) -> type[BaseSettings]:
    """The settings as pydantic reads them, from these sources, the first of which counts most."""

    class Sourced(_Settings):
        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_of_its_own: PydanticBaseSettingsSource, **_named: object
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            given = (_nested(options), _nested(environment), dict(table))
            return tuple(InitSettingsSource(settings_cls, init_kwargs=one) for one in given)

    top = {key.name: _field(key) for key in KEYS.values() if key.dotted == key.name}
    below = {section: _section(section) for section in SECTIONS if section != "site"}
    return cast(type[BaseSettings], create_model("Settings", __base__=Sourced, **cast(Any, {**top, **below})))


def _section(section: str) -> tuple[Any, FieldInfo]:
    inner = {key.name: _field(key) for key in KEYS.values() if key.section == section}
    strict = ConfigDict(strict=True, extra="forbid")
    model = create_model(section, __config__=strict, **cast(Any, inner))
    return model, cast(FieldInfo, Field(default_factory=model))


def _field(key: Key) -> tuple[Any, object]:
    rule = key.rule
    if rule.words:
        return Literal[rule.words], key.default
    if key.kind in (int, float):
        # Bounds and kind together: 1.5 is no whole number, true is no number, nan is nowhere.
        return Annotated[key.kind, Field(ge=rule.low, le=rule.high, allow_inf_nan=False)], key.default
    if key.kind is Path:
        return Annotated[Path, Strict(False), AfterValidator(_possible)] | None, key.default
    if key.kind is str:
        return Annotated[str, AfterValidator(lambda text: _short(text, rule.max_bytes))], key.default
    return key.kind, key.default


def _short(text: str, max_bytes: int) -> str:
    if "\0" in text or len(text.encode(errors="surrogatepass")) > max_bytes:
        raise ValueError("too long, or no text that the system would take")
    return text


def _possible(path: Path) -> Path:
    if "\0" in str(path):
        raise ValueError("no path has such a name")
    return path


# The sources.


def _with_folder(file: ConfigFile) -> dict[str, Any]:
    """What the file says; its relative paths begin at its own folder."""
    table: dict[str, Any] = dict(file.table)
    for key in KEYS.values():
        if key.kind is Path:
            _place(table, key, file.path.parent)
    return table


def _place(table: dict[str, Any], key: Key, folder: Path) -> None:
    """Let a relative path begin at a folder."""
    if key.dotted == key.name:
        within = table
    elif isinstance(section := table.get(key.section), dict):
        within = table[key.section] = dict(section)
    else:
        return
    if isinstance(given := within.get(key.name), str):
        within[key.name] = str(folder / given)


def _environment() -> dict[str, object]:
    """The keys that are set by variables; an empty one sets nothing."""
    return {key.dotted: _typed(key, text) for key in KEYS.values() if (text := os.environ.get(key.variable))}


def _typed(key: Key, text: str) -> object:
    """What a variable's text means: it is written as in the file, but a text or a path without quotes."""
    if key.kind not in (int, float, bool):
        return text
    try:
        return tomllib.loads(f"value = {text.strip().lower()}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _unknown_variables() -> list[ConfigFault]:
    """Variables that look like settings and are none. Others may share our prefix: a cluster names its services so."""
    known = {key.variable for key in KEYS.values()}
    faults = []
    for name in sorted(os.environ):
        if name.startswith("HARENA_") and name not in known | OTHER_VARIABLES:
            close = get_close_matches(name, known, 1, cutoff=0.85)
            if close or "__" in name:
                hint = f"did you mean {close[0]}?" if close else ""
                faults.append(ConfigFault("environment", 0, name, "there is no such setting", hint))
    return faults


def _nested(flat: Options) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for dotted, given in flat.items():
        section, _, name = dotted.rpartition(".")
        (nested.setdefault(section, {}) if section else nested)[name] = given
    return nested


class Sources:
    """Knows which source a faulty setting came from."""

    def __init__(self, options: Options, environment: Options, file: ConfigFile | None) -> None:
        self._options = options
        self._environment = environment
        self._file = file

    def fault(self, path: tuple[str, ...], given: object) -> ConfigFault:
        """Say what is wrong with a setting, and where."""
        path = path[:2] if path[0] in SECTIONS else path[:1]
        dotted = _dotted(*path)
        message, hint = _wrong(path, given)
        key = KEYS.get(dotted)
        if key and dotted in self._options:
            return ConfigFault("option --" + dotted.replace(".", "-").replace("_", "-"), 0, "", message, hint)
        if key and dotted in self._environment:
            return ConfigFault("environment", 0, key.variable, message, hint)
        assert self._file, "defaults have no faults"
        return ConfigFault(str(self._file.path), self._file.line(*path), dotted, message, hint)


def _wrong(path: tuple[str, ...], given: object) -> tuple[str, str]:
    dotted = _dotted(*path)
    if key := KEYS.get(dotted):
        return f"is to be {key.wanted()}, not {_shown(given)}", ""
    if dotted in SECTIONS:
        return f"is to be a table, not {_shown(given)}", f"write [{dotted}] above its settings"
    return "there is no such setting", _close(path)


def _close(path: tuple[str, ...]) -> str:
    """The nearest name: among the neighbours first, then wherever there is one just like it."""
    *section, name = path
    prefix = f"{section[0]}." if section else ""
    near = [dotted.removeprefix(prefix) for dotted in KEYS if dotted.rpartition(".")[0] == "".join(section)]
    near += [] if section else [one for one in SECTIONS if one != "site"] + [SECRETS]
    if close := get_close_matches(name, near, 1):
        return f"did you mean {close[0]}?"
    elsewhere = [key for key in KEYS.values() if key.name == name]
    if not elsewhere:
        return "the settings are " + ", ".join(near) if section else ""
    return f"did you mean {elsewhere[0].dotted}?"


def _shown(given: object) -> str:
    if isinstance(given, bool):
        return "true" if given else "false"
    if not isinstance(given, int | float | str):
        return f"a {type(given).__name__}"
    text = repr(given)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."


def _dotted(*path: str) -> str:
    return ".".join(map(str, path))
