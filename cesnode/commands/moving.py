"""Bringing a community over from the files of another system."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from cesnode.commands import showing
from cesnode.commands.moving_letters import write_cards
from cesnode.commands.moving_showing import ImportView, show, view_of
from cesnode.commands.terminal import (
    NEEDS_ATTENTION,
    Command,
    Terminal,
    Word,
    at_terminal,
)
from cesnode.community.languages import LANGUAGES, SOURCE
from cesnode.community.roles import OPERATOR
from cesnode.errors import N_, FieldInvalid, FileInvalid, MailOff
from cesnode.formats import corrections
from cesnode.formats.brought import Wanted
from cesnode.formats.corrections import Correction
from cesnode.services.bringing import inviting
from cesnode.services.bringing.bringing import bring
from cesnode.services.bringing.gathering import Gathered, gathered
from cesnode.services.bringing.outcome import Brought
from cesnode.services.bringing.starting import Choice, as_here
from cesnode.services.bringing.systems import System
from cesnode.store import readings
from cesnode.store.database import FILE


@click.command(
    cls=Command,
    examples=[
        "cesnode import ces oakvale.zip --data oakvale",
        "cesnode import ces oakvale.zip --data oakvale --hour-value 10 --apply",
        "cesnode import csv spreadsheet/ --code OAKV --report problems.csv",
        "cesnode import ces oakvale.zip --data oakvale --apply --letters cards/",
    ],
)
@click.argument("system", type=Word(System), metavar="FORMAT")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--apply", is_flag=True, help="Do it; without this it is only tried out.")
@click.option("--hour-value", metavar="N", help="Units for an hour of ordinary work.")
@click.option("--code", help="Four letters for account numbers, if the files have none.")
@click.option("--name", help="The name of the exchange, if not that of the files.")
@click.option("--unit", help="What one is called, if not as in the files.")
@click.option("--units", help="What several are called, if not as in the files.")
@click.option(
    "--scale", type=click.IntRange(0, 4), help="Decimals, for tables that say nothing."
)
@click.option(
    "--opening",
    is_flag=True,
    help="Let accounts begin with what their history does not explain of the balance.",
)
@click.option(
    "--rules",
    is_flag=True,
    help="Let an exchange that is here take over names, limits and levies of the files.",
)
@click.option("--origin", metavar="URL", help="Where the new node will be reached.")
@click.option(
    "--letters",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write a sheet of sign-in cards for all who never came in to this directory.",
)
@click.option(
    "--mail", is_flag=True, help="Mail a letter of welcome to those who never came in."
)
@click.option(
    "--language",
    type=click.Choice(list(LANGUAGES)),
    default=SOURCE.code,
    show_default=True,
    help="In which language cards and letters are.",
)
@click.option(
    "--corrections",
    "corrected",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A report that was filled in: rows to be left out, cells to be read otherwise.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the rows that are not taken as they stand to this file, as a table.",
)
@click.option(
    "--forget",
    is_flag=True,
    help="Remove what was read before and not brought over, and keep nothing this time.",
)
@at_terminal
def import_(  # noqa: PLR0913 - the options of the command
    terminal: Terminal,
    *,
    system: System,
    path: Path,
    apply: bool,
    hour_value: str | None,
    code: str | None,
    name: str | None,
    unit: str | None,
    units: str | None,
    scale: int | None,
    opening: bool,
    rules: bool,
    origin: str | None,
    letters: Path | None,
    mail: bool,
    language: str,
    corrected: Path | None,
    report: Path | None,
    forget: bool,
) -> None:
    """Bring a community over from the files of another system.

    FORMAT is ces, integralces, bundle (Komunitin) or csv (our own tables, eLAS,
    TimeOverflow); PATH a folder or a ZIP.  Without --apply nothing is changed.  With it
    a fresh folder becomes that exchange, in one piece or not at all; files brought
    before add only what is new.  A row that cannot be taken is corrected or left out by
    the report itself, filled in and given as --corrections.  Whatever breaks a run off,
    the same command reads on where it stopped.  The exit code is 3 if a row was left out
    or a balance is not the one the files state.
    """
    _require_a_way_in(terminal, apply=apply, origin=origin, letters=letters, mail=mail)
    wanted = Wanted(
        code=code,
        name=name,
        unit=unit,
        units=units,
        scale=scale,
        otherwise=as_here(terminal.folder, terminal.now),
    )
    decided = _read_corrections(corrected) if corrected is not None else ()
    if forget:
        readings.forget(terminal.folder)
    folder = None if forget else terminal.folder
    with _gathered(path, system, wanted, decided, folder) as found:
        fresh = not (terminal.folder / FILE).exists()
        if apply and fresh and hour_value is None:
            hour_value = _ask_for_the_hour(found)
        choice = Choice(
            wanted=wanted,
            hour_value=hour_value,
            origin=origin,
            opening=opening,
            rules=rules,
        )
        result = _bring(terminal, found, choice, apply=apply)
        cards = write_cards(terminal, letters, language) if letters else 0
        mails = _mail(terminal, language) if mail else 0
        view = view_of(
            result, found, terminal.folder, applied=apply, invited=(cards, mails)
        )
    if report is not None:
        _write_report(report, view)
    terminal.answer(view, lambda: show(view, terminal.folder, letters))
    if view.problem_count or view.differences:
        raise SystemExit(NEEDS_ATTENTION)


def _read_corrections(path: Path) -> tuple[Correction, ...]:
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise FileInvalid(file=str(path), reason="it cannot be read as UTF-8") from error
    return corrections.read(content, path.name)


@contextmanager
def _gathered(
    path: Path,
    system: System,
    wanted: Wanted,
    decided: Sequence[Correction],
    folder: Path | None,
) -> Iterator[Gathered]:
    with ExitStack() as stack:
        with showing.progress("Reading rows") as progress:
            opening = gathered(path, system, wanted, decided, progress, folder=folder)
            found = stack.enter_context(opening)
        yield found


def _ask_for_the_hour(found: Gathered) -> str | None:
    if found.facts.hour_known or not sys.stdin.isatty():
        return None
    units = found.facts.currency.plural
    answer: str = click.prompt(f"How many {units} is an hour of work worth?", err=True)
    return answer


def _require_a_way_in(
    terminal: Terminal, *, apply: bool, origin: str | None, letters: Path | None, mail: bool
) -> None:
    """Refuse cards and letters that would lead nowhere, before anything is done."""
    name = "letters" if letters else "mail"
    if (letters or mail) and not apply:
        raise FieldInvalid(name, N_("nobody is invited without --apply"))
    if (terminal.folder / FILE).exists():
        return
    if letters and origin is None:
        raise FieldInvalid(
            "origin", N_("cards say where the node is reached; give it (--origin)")
        )
    if mail:
        raise MailOff


def _bring(terminal: Terminal, found: Gathered, choice: Choice, *, apply: bool) -> Brought:
    with showing.progress("Booking trades") as progress:
        return bring(
            terminal.folder,
            OPERATOR,
            found,
            choice,
            apply=apply,
            now=terminal.now,
            report=progress,
        )


def _mail(terminal: Terminal, language: str) -> int:
    with terminal.writing() as (writer, actor):
        return inviting.write_letters(writer, actor, language=language, now=terminal.now)


def _write_report(path: Path, view: ImportView) -> None:
    try:
        path.write_text(
            corrections.report(view.problems, view.corrected), encoding="utf-8", newline=""
        )
    except OSError as error:
        reason = f"{path} cannot be written: {error.strerror}"
        raise FieldInvalid("report", reason) from error
