"""Where the communities of the demonstration live: their folders and their ports."""

from __future__ import annotations

import datetime
import socket
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from cesnode.app import take_door
from cesnode.commands import showing
from cesnode.community.roles import OPERATOR, Scope
from cesnode.config import Server
from cesnode.errors import DataExists, FieldInvalid
from cesnode.services import access
from cesnode.services.demonstration.cast import CAST
from cesnode.services.demonstration.character import Character
from cesnode.services.demonstration.filling import Site, fill, known
from cesnode.store import exchanges
from cesnode.store.database import FILE
from cesnode.store.store import reading, writing

_HOST = "127.0.0.1"
_PORT = 8101
_KNOWN = "demo.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A community that is ready to be served; the token speaks for its first sign-in."""

    character: Character
    folder: Path
    server: Server
    door: socket.socket
    token: str


class Remembered(msgspec.Struct, frozen=True):
    """What a second start has to know: this folder is a demonstration, and its token."""

    token: str


def prepare(
    folder: Path, nodes: int, port: int | None, *, seed: int, now: int
) -> list[Stage]:
    """Take the doors, then make the communities that are not there yet.

    Raises:
        DataExists: there is a community that this command did not make.
        FieldInvalid: the communities are known at other ports.
        PortInUse: something else listens there; nothing was made.

    """
    homes = _homes(folder, nodes, now)
    with ExitStack() as doors:
        taken = [doors.enter_context(take_door(server)) for server in _servers(homes, port)]
        servers = [Server(host=_HOST, port=door.getsockname()[1]) for door in taken]
        _fill_new(homes, servers, seed=seed, now=now)
        stages = [
            Stage(
                character=home.character,
                folder=home.folder,
                server=server,
                door=door,
                token=_remembered(home.folder).token,
            )
            for home, server, door in zip(homes, servers, taken, strict=True)
        ]
        doors.pop_all()
    return stages


@dataclass(frozen=True, slots=True)
class _Home:
    """A community, and the port at which the others know it, if they do."""

    character: Character
    folder: Path
    port: int | None


def _homes(folder: Path, nodes: int, now: int) -> list[_Home]:
    """Return a folder for each; a single community has the whole folder for itself."""
    if nodes > 1:
        _port(folder, now)
    cast = list(CAST.values())[:nodes]
    folders = [folder / one.code for one in cast] if nodes > 1 else [folder]
    return [
        _Home(one, home, _port(home, now)) for one, home in zip(cast, folders, strict=True)
    ]


def _port(folder: Path, now: int) -> int | None:
    """Return the port a community was made for; None if there is none yet."""
    if not (folder / FILE).exists():
        return None
    _remembered(folder)
    with reading(folder) as reader:
        return urlsplit(exchanges.load(reader, now).origin).port


def _servers(homes: list[_Home], port: int | None) -> list[Server]:
    """Decide who listens where: as before, or side by side, or wherever there is room."""
    before = next((home.port for home in homes if home.port), _PORT)
    first = before if port is None else port
    servers = []
    for index, home in enumerate(homes):
        wanted = first + index if first else 0
        if port and home.port not in {None, wanted}:
            known_at = f"{home.character.name} is known at {home.port}, and stays there."
            other = "For other ports take another folder: --data"
            raise FieldInvalid("port", f"{known_at} {other}")
        servers.append(Server(host=_HOST, port=home.port or wanted))
    return servers


def _fill_new(homes: list[_Home], servers: list[Server], *, seed: int, now: int) -> None:
    """Let those that are not there yet live through the same year."""
    sites = [
        Site(
            character=home.character,
            folder=home.folder,
            origin=f"http://{server.host}:{server.port}",
        )
        for home, server in zip(homes, servers, strict=True)
        if home.port is None
    ]
    if not sites:
        return
    today = datetime.datetime.fromtimestamp(now, datetime.UTC).date()
    names = ", ".join(site.character.name for site in sites)
    with showing.progress(f"A year of {names}") as report:
        fill(sites, today=today, seed=seed, progress=report)
    for site in sites:
        _remember(site.character, site.folder, now)


def _remember(character: Character, folder: Path, now: int) -> None:
    """Keep a token for the first whom visitors can be: it tells this folder from others."""
    holder, *_ = known(character)
    with writing(folder) as writer:
        made = access.create_token(
            writer, OPERATOR, holder.number, scope=Scope.TRADE, label="demo", now=now
        )
    remembered = folder / _KNOWN
    remembered.touch(mode=0o600)
    remembered.write_bytes(msgspec.json.encode(Remembered(made.text)))


def _remembered(folder: Path) -> Remembered:
    try:
        return msgspec.json.decode((folder / _KNOWN).read_bytes(), type=Remembered)
    except FileNotFoundError:  # A community, but not one that this command made.
        raise DataExists(path=folder) from None
