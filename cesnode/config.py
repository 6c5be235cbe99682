"""Reads config.toml, once, into frozen values.  A key nobody knows is an error.

What is set here is the program's; what the community decides is in its ledger file.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cesnode.errors import ConfigInvalid

FILE = "config.toml"
LEVELS = ("debug", "info", "warning", "error")

SECURITIES = ("starttls", "tls", "none")

_MOST_PORT = 65_535
_LAST_HOUR = 23
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_NEAR = frozenset({"localhost", "127.0.0.1", "::1"})
_COUNTRY = re.compile(r"[A-Z]{2}")
_DEGREES = re.compile(r"(-?\d{1,2}(?:\.\d+)?), *(-?\d{1,3}(?:\.\d+)?)")
_TEXTS = tuple[str, ...]
_KINDS = {
    _TEXTS: "a list of texts",
    bool: "true or false",
    str: "a text",
    int: "a whole number",
    float: "a number",
}

T = TypeVar("T")


class Vocabulary(StrEnum):
    """The words in which pages and letters speak of a trade."""

    MONEY = "money"  # who receives something pays for it
    TIME = "time"  # who receives help gives time for it
    RECORD = "record"  # nobody pays: what was given is recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where the node listens, and for how many; `keep_alive` in seconds.

    `trusted_proxies` are addresses and networks of web servers that stand before the
    node: what they say of who asks is believed.  This machine's own always are.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    keep_alive: float = 30.0
    most_connections: int = 500
    most_connections_of_one: int = 50
    trusted_proxies: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.port <= _MOST_PORT:
            raise ValueError(f"port is {self.port}, not between 0 and {_MOST_PORT}")
        if self.keep_alive <= 0:
            raise ValueError("keep_alive is more than 0 seconds")
        if min(self.most_connections, self.most_connections_of_one) < 1:
            raise ValueError("there is at least 1 connection")
        for each in self.trusted_proxies:
            try:
                ipaddress.ip_network(each)
            except ValueError:
                known = "10.0.0.2 or 10.0.0.0/24"
                raise ValueError(
                    f"trusted_proxies holds {each}, not an address like {known}"
                ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What the node writes to its log, from this level on."""

    level: str = "info"

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise ValueError(f"level is {self.level}, not one of {', '.join(LEVELS)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """How letters leave; without a `host` none do.

    `timeout` in seconds.  The hours of digests, of quiet and of events in the calendar
    are those of `time_zone`.
    """

    host: str = ""
    port: int = 587
    security: str = "starttls"
    user: str = ""
    password_file: str = ""
    sender: str = ""
    reply_to: str = ""
    language: str = "en"
    time_zone: str = "UTC"
    digest_hour: int = 18
    per_hour: int = 300
    timeout: float = 30.0

    def __post_init__(self) -> None:
        if not 0 < self.port <= _MOST_PORT:
            raise ValueError(f"port is {self.port}, not between 1 and {_MOST_PORT}")
        if self.security not in SECURITIES:
            known = ", ".join(SECURITIES)
            raise ValueError(f"security is {self.security}, not one of {known}")
        if self.host and "@" not in self.sender:
            raise ValueError("sender is missing: from which address is mail sent?")
        if bool(self.user) != bool(self.password_file):
            raise ValueError("user and password_file go together")
        if self.user and self.security == "none" and self.host not in _NEAR:
            raise ValueError("a password goes only over TLS: set security")
        if not 0 <= self.digest_hour <= _LAST_HOUR:
            raise ValueError("digest_hour is an hour from 0 to 23")
        if self.per_hour <= 0 or self.timeout <= 0:
            raise ValueError("per_hour and timeout are more than 0")
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"time_zone {self.time_zone} is not known") from None

    @property
    def is_on(self) -> bool:
        return bool(self.host)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How the pages look and speak.

    Without a `vocabulary` they speak as suits what the exchange counts.
    """

    brand: str = "#1d6350"
    vocabulary: str = ""

    def __post_init__(self) -> None:
        if not _COLOUR.fullmatch(self.brand):
            raise ValueError(f"brand is {self.brand}, not a colour like #1d6350")
        if self.vocabulary and self.vocabulary not in {*Vocabulary}:
            known = ", ".join(Vocabulary)
            raise ValueError(f"vocabulary is {self.vocabulary}, not one of {known}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who helps people: named below every page."""

    name: str = ""
    email: str = ""
    phone: str = ""

    def __post_init__(self) -> None:
        if self.email and "@" not in self.email:
            raise ValueError(f"email is {self.email}, not an address like rosa@oak.example")
        if self.name and not (self.email or self.phone):
            raise ValueError("email or phone is missing: how can they be reached?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Public:
    """What is shown to people who are no members, and to the machines that read for them.

    `market`: the offerings and wants that their owners put up for everybody, as pages and
    as feeds.  `search_engines`: whether these, the front page and the figures may be
    found by searching the web.
    """

    market: bool = True
    search_engines: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Murmurations:
    """What the exchange tells of itself to directories and maps, if it `shows` anything.

    `country` is two letters of ISO 3166; `place` is "latitude, longitude" in degrees.
    """

    shows: bool = False
    description: str = ""
    country: str = ""
    region: str = ""
    locality: str = ""
    place: str = ""

    def __post_init__(self) -> None:
        if self.country and not _COUNTRY.fullmatch(self.country):
            raise ValueError(f"country is {self.country}, not two letters like PT")
        match = _DEGREES.fullmatch(self.place)
        if self.place and (match is None or not _is_on_earth(*map(float, match.groups()))):
            raise ValueError(f"place is {self.place}, not like 38.7223, -9.1393")


def _is_on_earth(latitude: float, longitude: float) -> bool:
    return abs(latitude) <= 90 and abs(longitude) <= 180  # noqa: PLR2004 - degrees


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """Backups: when, where, of what; the newest of so many days, weeks, months stays."""

    nightly: bool = True
    hour: int = 2
    folder: str = "backups"
    keys: bool = True
    media: bool = True
    days: int = 7
    weeks: int = 4
    months: int = 6

    def __post_init__(self) -> None:
        if not 0 <= self.hour <= _LAST_HOUR:
            raise ValueError(f"hour is {self.hour}, not between 0 and {_LAST_HOUR}")
        if self.days < 1 or min(self.weeks, self.months) < 0:
            raise ValueError("days is at least 1, weeks and months are at least 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    server: Server = Server()
    log: Log = Log()
    mail: Mail = Mail()
    look: Look = Look()
    contact: Contact = Contact()
    public: Public = Public()
    murmurations: Murmurations = Murmurations()
    backup: Backup = Backup()


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
    if kind == _TEXTS:
        if not isinstance(value, list) or not all(type(each) is str for each in value):
            raise ValueError(f"{name} is {_KINDS[kind]}")
        return tuple(value)
    # Exactly of this type: true is not the number one here.
    if type(value) is not kind and not (kind is float and type(value) is int):
        raise ValueError(f"{name} is {_KINDS[kind]}")
    return value


def _refuse_unknown(table: Mapping[str, Any], known: Mapping[str, Any], what: str) -> None:
    for key in table.keys() - known.keys():
        near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f"{what} {key}{hint}")
