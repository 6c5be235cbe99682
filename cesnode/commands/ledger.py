"""The ledger as a whole: checking it, writing it out, signing its head."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

import click
import msgspec

from cesnode.commands import showing
from cesnode.commands.terminal import FAILED, Group, Terminal, Word, at_terminal
from cesnode.errors import DataMissing, FieldInvalid
from cesnode.services import checkpointing, views
from cesnode.services.exporting import Format, export_ledger
from cesnode.store import keyring
from cesnode.store.auditor import Audit, audit
from cesnode.store.database import FILE
from federation.checkpoint import verifier_key

_SHOWN = 20


class ExportView(msgspec.Struct, frozen=True, kw_only=True):
    format: str
    file: str
    bytes: int


class CheckpointView(msgspec.Struct, frozen=True, kw_only=True):
    """A signed note, and the key it is verified with."""

    transfers: int
    at: str
    note: str
    key: str


@click.group(cls=Group)
def ledger() -> None:
    """Check, export and sign the ledger."""


@ledger.command(examples=["cesnode ledger check", "cesnode ledger check --json"])
@at_terminal
def check(terminal: Terminal) -> None:
    """Recompute the whole ledger; the exit code is 0 if all of it is right, else 1.

    The auditor reads the file alone, beside a server that writes, and shares no code
    with what posted the trades.  It changes nothing.
    """
    path = terminal.folder / FILE
    if not path.exists():
        raise DataMissing(path=terminal.folder)
    with showing.progress("Checking transfers") as report:
        found = audit(path, progress=report, workers=os.cpu_count() or 1)
    terminal.answer(found.as_json(), lambda: _show(found))
    if not found.ok:
        raise SystemExit(FAILED)


@ledger.command(
    examples=[
        "cesnode ledger export > oakvale.jsonl",
        "cesnode ledger export --format beancount --output oakvale.beancount",
    ]
)
@click.option(
    "--format",
    "form",
    type=Word(Format),
    default=Format.JSONL.value,
    show_default=True,
    help="Everything as it was hashed, a row for each entry, or a beancount file.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file, which is there in full or not at all; else to stdout.",
)
@at_terminal
def export(terminal: Terminal, *, form: Format, output: Path | None) -> None:
    """Write the whole ledger in a form that other programs read."""
    if output is None and terminal.as_json:
        raise click.UsageError("With --json, stdout is for the answer: add --output FILE.")
    with terminal.reading() as (reader, _):
        pieces = export_ledger(reader, form)
        if output is None:
            sys.stdout.writelines(pieces)
            return
        size = _write(output, pieces)
    view = ExportView(format=form, file=str(output), bytes=size)
    terminal.answer(view, lambda: click.echo(f"The ledger is in {output}."))


@ledger.command(
    examples=["cesnode ledger checkpoint", "cesnode ledger checkpoint > 2026-11-22.txt"]
)
@at_terminal
def checkpoint(terminal: Terminal) -> None:
    """Sign the head of the ledger, for somebody else to keep.

    Whoever has the note can tell later whether an earlier trade was altered.
    """
    with terminal.writing() as (writer, _):
        key = keyring.load(terminal.folder)
        made = checkpointing.checkpoint(writer, key, now=terminal.now)
        name = checkpointing.ledger_name(terminal.exchange(writer))
    view = CheckpointView(
        transfers=made.seq,
        at=views.instant(made.at),
        note=made.note,
        key=verifier_key(name, key.public),
    )
    terminal.answer(view, lambda: click.echo(view.note, nl=False))


def _write(target: Path, pieces: Iterable[str]) -> int:
    """Write a file that only its user reads, under its name when it is complete."""
    draft = target.with_name(f"{target.name}.new")
    try:
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        with draft.open("w", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
        return draft.replace(target).stat().st_size
    except OSError as error:
        raise FieldInvalid(
            "output", f"{target} cannot be written: {error.strerror}"
        ) from error


def _show(found: Audit) -> None:
    if found.ok:
        click.echo(
            f"All is well: {found.transfers} transfers with {found.entries} entries in"
            f" {found.accounts} accounts, {found.acts} acts."
        )
        click.echo(f"Head: {found.head}")
        return
    for finding in found.findings[:_SHOWN]:
        click.echo(f"{finding.code}: {finding.line}")
    if found.found > _SHOWN:
        click.echo(f"and {found.found - _SHOWN} more; --json lists up to a thousand.")
    click.echo(f"The ledger is not in order: {found.found} findings.", err=True)
