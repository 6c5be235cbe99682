"""Reads config.toml, once, into frozen values.  A key nobody knows is an error.

What is set here is the program's; what the community decides is in its ledger file.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from cesnode.errors import ConfigInvalid

FILE = "config.toml"
LEVELS = ("debug", "info", "warning", "error")

_MOST_PORT = 65_535
_KINDS = {str: "a text", int: "a whole number", float: "a number"}

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where the node listens; `keep_alive` in seconds."""

    host: str = "127.0.0.1"
    port: int = 8080
    keep_alive: float = 30.0

    def __post_init__(self) -> None:
        if not 0 <= self.port <= _MOST_PORT:
            raise ValueError(f"port is {self.port}, not between 0 and {_MOST_PORT}")
        if self.keep_alive <= 0:
            raise ValueError("keep_alive is more than 0 seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What the node writes to its log, from this level on."""

    level: str = "info"

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise ValueError(f"level is {self.level}, not one of {', '.join(LEVELS)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    server: Server = Server()
    log: Log = Log()


def load(folder: Path) -> Config:
    """Return the settings of a data folder; every key that is not there has a default.

    Raises:
        ConfigInvalid: the file cannot be read, or has a key or value that cannot be.

    """
    return read(folder / FILE) if (folder / FILE).exists() else Config()


def read(path: Path) -> Config:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        sections = get_type_hints(Config)
        _refuse_unknown(table, sections, "there is no section")
        return Config(
            **{name: _section(sections[name], table[name], name) for name in table}
        )
    except (OSError, ValueError) as error:
        raise ConfigInvalid(path=path, reason=error) from None


def _section(kind: type[T], table: object, name: str) -> T:
    if not isinstance(table, dict):
        raise ValueError(f"{name} is a section: [{name}]")  # noqa: TRY004 - as below
    kinds = get_type_hints(kind)
    _refuse_unknown(table, kinds, f"[{name}] has no key")
    values = {key: _value(kinds[key], table[key], f"[{name}] {key}") for key in table}
    try:
        return kind(**values)
    except ValueError as error:
        raise ValueError(f"[{name}] {error}") from None


def _value(kind: type, value: object, name: str) -> object:
    # Exactly of this type: true is not the number one here.
    if type(value) is not kind and not (kind is float and type(value) is int):
        raise ValueError(f"{name} is {_KINDS[kind]}")
    return value


def _refuse_unknown(table: Mapping[str, Any], known: Mapping[str, Any], what: str) -> None:
    for key in table.keys() - known.keys():
        near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f"{what} {key}{hint}")
