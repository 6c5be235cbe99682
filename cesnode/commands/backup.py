"""Copies of the node: made, listed, read through, and put back."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from cesnode import config
from cesnode.commands import backup_showing as showing
from cesnode.commands.backup_showing import (
    MadeView,
    RestoredView,
    ScheduleView,
    VerifiedView,
)
from cesnode.commands.terminal import FAILED, Group, Terminal, at_terminal
from cesnode.services import checkpointing, restoring
from cesnode.services.views import instant_or_none
from cesnode.store import backups, keyring
from cesnode.store.backups import Choice, Kept

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group(cls=Group)
def backup() -> None:
    """Make copies that can be gone back to, and put one back."""


@backup.command(
    examples=[
        "cesnode backup now",
        "cesnode backup now --to /mnt/disk/oakvale",
        "cesnode backup now --to /mnt/cloud --without-keys --json",
    ]
)
@click.option("--to", "home", type=_FOLDER, help="Keep it in this folder, and all others.")
@click.option("--without-keys", is_flag=True, help="Leave out what the node signs with.")
@click.option("--without-media", is_flag=True, help="Leave out pictures and papers.")
@at_terminal
def now(
    terminal: Terminal, *, home: Path | None, without_keys: bool, without_media: bool
) -> None:
    """Copy the node as it is at this moment, and audit the copy; the server may run.

    Where [backup] of config.toml says, the oldest ones go; with --to none does.
    """
    settings = config.load(terminal.folder).backup
    choice = Choice(
        keys=settings.keys and not without_keys, media=settings.media and not without_media
    )
    with terminal.writing(although_left=True) as (writer, _):
        key = keyring.load(terminal.folder)
        checkpointing.checkpoint(writer, key, now=terminal.now)
    usual = backups.place_of(terminal.folder, settings)
    made = backups.make(terminal.folder, home or usual, choice, now=terminal.now)
    view = showing.view(made)
    removed = [] if home else backups.tidy(usual, made.manifest.exchange, settings)
    answer = MadeView(backup=view, verified=True, removed=removed)
    terminal.answer(answer, lambda: showing.made(answer))


@backup.command("list", examples=["cesnode backup list", "cesnode backup list --json"])
@click.option("--from", "home", type=_FOLDER, help="Look in this folder.")
@at_terminal
def list_(terminal: Terminal, *, home: Path | None) -> None:
    """List the backups there are, newest first."""
    place = home or _usual(terminal)
    views = [showing.view(one) for one in backups.every(place)]
    terminal.answer(views, lambda: showing.all_of(views))
    for path in backups.unread(place):
        click.echo(f"{path} does not say what it is a backup of.", err=True)


@backup.command(
    examples=["cesnode backup verify", "cesnode backup verify /mnt/disk/oakvale/OAKV-2026"]
)
@click.argument("backup", required=False)
@at_terminal
def verify(terminal: Terminal, *, backup: str | None) -> None:
    """Read a backup through, and audit its ledger; without a name the newest.

    Every file has to be as it was copied.  The exit code is 0 if all is well, else 1.
    """
    path = backups.resolve(_usual(terminal), backup, now=terminal.now)
    verdict = backups.verify(path)
    told = showing.view(Kept(path, verdict.manifest)) if verdict.manifest else None
    problems = list(verdict.problems)
    view = VerifiedView(ok=verdict.ok, path=str(path), backup=told, problems=problems)
    terminal.answer(view, lambda: showing.verified(view))
    if not view.ok:
        raise SystemExit(FAILED)


@backup.command(
    examples=[
        "cesnode backup restore /mnt/disk/oakvale/OAKV-2026 --data /var/lib/cesnode",
        "cesnode backup restore OAKV-2026 --data /srv/new --keys /media/stick/keys",
    ]
)
@click.argument("backup")
@click.option("--keys", type=_FOLDER, help="Where the keys are, if it holds none.")
@at_terminal
def restore(terminal: Terminal, *, backup: str, keys: Path | None) -> None:
    """Put a backup back: --data is the new folder, which must be empty or missing.

    The backup is audited first.  With other exchanges the node decides nothing until it
    has been served and has got back from them what it has forgotten.
    """
    path = backups.resolve(_usual(terminal), backup, now=terminal.now)
    kept, asked = backups.restore(
        path,
        terminal.folder,
        keys=keys,
        prepare=partial(restoring.prepare, now=terminal.now),
    )
    view = RestoredView(
        restored=True,
        folder=str(terminal.folder),
        backup=showing.view(kept),
        recovering=asked,
    )
    terminal.answer(view, lambda: showing.restored(view))


@backup.command(examples=["cesnode backup schedule", "cesnode backup schedule --json"])
@at_terminal
def schedule(terminal: Terminal) -> None:
    """Show when the server makes backups, and which it keeps: [backup] in config.toml."""
    settings = config.load(terminal.folder).backup
    home = backups.place_of(terminal.folder, settings)
    with terminal.reading() as (reader, _):
        exchange = terminal.exchange(reader)
    whose = (exchange.code, exchange.founded_at)
    last = backups.newest(home, whose, now=terminal.now)
    due = backups.next_due(last, settings, now=terminal.now)
    view = ScheduleView(
        nightly=settings.nightly,
        hour=settings.hour,
        folder=str(home),
        keys=settings.keys,
        media=settings.media,
        days=settings.days,
        weeks=settings.weeks,
        months=settings.months,
        last=showing.view(last) if last else None,
        next_at=instant_or_none(due if settings.nightly else None),
    )
    terminal.answer(view, lambda: showing.schedule(view))


def _usual(terminal: Terminal) -> Path:
    return backups.place_of(terminal.folder, config.load(terminal.folder).backup)
