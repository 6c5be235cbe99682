"""How backups look to scripts and at a terminal."""

from __future__ import annotations

import click
import msgspec

from cesnode.commands import showing
from cesnode.services.views import instant
from cesnode.store.backups import Kept, Problem

_MEGA = 1_000_000


class BackupView(msgspec.Struct, frozen=True, kw_only=True):
    """A backup; `keys` and `media` say whether it holds them, `bytes` is all of it."""

    name: str
    path: str
    code: str
    made_at: str
    transfers: int
    head: str
    bytes: int
    keys: bool
    media: bool
    program: str


class MadeView(msgspec.Struct, frozen=True, kw_only=True):
    backup: BackupView
    verified: bool
    removed: list[str]


class VerifiedView(msgspec.Struct, frozen=True, kw_only=True):
    ok: bool
    path: str
    backup: BackupView | None
    problems: list[Problem]


class RestoredView(msgspec.Struct, frozen=True, kw_only=True):
    """`recovering` are the peers that are asked, once it is served, what it forgot."""

    restored: bool
    folder: str
    backup: BackupView
    recovering: list[str]


class ScheduleView(msgspec.Struct, frozen=True, kw_only=True):
    """`next_at` is when the server makes the next one, if it serves then."""

    nightly: bool
    hour: int
    folder: str
    keys: bool
    media: bool
    days: int
    weeks: int
    months: int
    last: BackupView | None
    next_at: str | None


def view(kept: Kept) -> BackupView:
    told = kept.manifest
    return BackupView(
        name=kept.path.name,
        path=str(kept.path),
        code=told.code,
        made_at=instant(told.made_at),
        transfers=told.transfers,
        head=told.head,
        bytes=told.bytes,
        keys=told.has_keys,
        media=told.has_media,
        program=told.program,
    )


def all_of(views: list[BackupView]) -> None:
    showing.table(
        ["Name", "Made", ">Transfers", ">Size", "Holds", "By"],
        [
            [
                one.name,
                one.made_at,
                str(one.transfers),
                _size(one.bytes),
                _content(one),
                f"cesnode {one.program}",
            ]
            for one in views
        ],
    )


def made(view: MadeView) -> None:
    one = view.backup
    click.echo(
        f"{one.path}\n{one.transfers} transfers, {_size(one.bytes)}, with"
        f" {_content(one)}; it passed the audit."
    )
    if not one.keys:
        click.echo("Keep the folder keys/ elsewhere: it cannot be put back without.")
    for name in view.removed:
        click.echo(f"{name} was old enough to go.")


def verified(view: VerifiedView) -> None:
    for problem in view.problems:
        click.echo(f"{problem.file}: {problem.reason}", err=True)
    if view.backup is not None and view.ok:
        one = view.backup
        click.echo(f"{view.path} is whole: {one.transfers} transfers, made {one.made_at}.")


def restored(view: RestoredView) -> None:
    one = view.backup
    click.echo(
        f"{view.folder} is the node again as it was on {one.made_at}. What was traded"
        " since is not in it.\nThe node it takes the place of must never run again."
    )
    if view.recovering:
        click.echo(
            f"Serve it: {', '.join(view.recovering)} will be asked what it has forgotten,"
            " and until then nothing is decided with them. See cesnode peer list."
        )


def schedule(view: ScheduleView) -> None:
    kept = f"one a day for {view.days} days, a week for {view.weeks}, a month for"
    showing.facts(
        [
            ("Every night", f"after {view.hour}:00 UTC" if view.nightly else "no"),
            ("Kept in", view.folder),
            ("Kept", f"{kept} {view.months}"),
            ("With keys", "yes" if view.keys else "no"),
            ("With pictures", "yes" if view.media else "no"),
            ("Newest", view.last.made_at if view.last else "none yet"),
            ("Next", view.next_at),
        ]
    )
    click.echo("To change it: [backup] in config.toml, then restart the server.", err=True)


def _content(view: BackupView) -> str:
    parts = {"the keys": view.keys, "pictures": view.media}
    return " and ".join(name for name, there in parts.items() if there) or "the book alone"


def _size(size: int) -> str:
    return f"{size / _MEGA:.1f} MB"
