"""Bringing a community over from the files of another system."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
import msgspec

from cesnode.commands import showing
from cesnode.commands.moving_letters import write_cards
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
from cesnode.formats.brought import Problem, Wanted
from cesnode.formats.corrections import Correction
from cesnode.services.bringing import inviting
from cesnode.services.bringing.bringing import bring
from cesnode.services.bringing.gathering import Gathered, System, gathered
from cesnode.services.bringing.outcome import Added, Brought, Difference
from cesnode.services.bringing.starting import Choice
from cesnode.store.database import FILE

_SHOWN = 20


class ImportView(msgspec.Struct, frozen=True, kw_only=True):
    """What the files hold; `added` is what this run added, or would have.

    `corrected` are the corrections that were applied; `cards` and `letters` count who
    was invited.
    """

    applied: bool
    code: str
    system: str
    members: int
    accounts: int
    trades: int
    offerings: int
    wants: int
    requests: int
    added: Added
    cards: int
    letters: int
    problems: Sequence[Problem]
    problem_count: int
    corrected: Sequence[Correction]
    differences: Sequence[Difference]


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
    origin: str | None,
    letters: Path | None,
    mail: bool,
    language: str,
    corrected: Path | None,
    report: Path | None,
) -> None:
    """Bring a community over from the files of another system.

    FORMAT is ces, integralces, bundle (Komunitin) or csv (our own tables, eLAS,
    TimeOverflow); PATH a folder or a ZIP.  Without --apply nothing is changed.  With it
    a fresh folder becomes that exchange, in one piece or not at all; files brought
    before add only what is new.  A row that cannot be taken is corrected or left out by
    the report itself, filled in and given as --corrections.  The exit code is 3 if a row
    was left out or a balance is not the one the files state.
    """
    _require_a_way_in(terminal, apply=apply, origin=origin, letters=letters, mail=mail)
    wanted = Wanted(code=code, name=name, unit=unit, units=units, scale=scale)
    decided = _read_corrections(corrected) if corrected is not None else ()
    with _gathered(path, system, wanted, decided) as found:
        fresh = not (terminal.folder / FILE).exists()
        if apply and fresh and hour_value is None:
            hour_value = _ask_for_the_hour(found)
        choice = Choice(
            wanted=wanted, hour_value=hour_value, origin=origin, opening=opening
        )
        result = _bring(terminal, found, choice, apply=apply)
        cards = write_cards(terminal, letters, language) if letters else 0
        mails = _mail(terminal, language) if mail else 0
        view = _view(result, found, applied=apply, invited=(cards, mails))
    if report is not None:
        _write_report(report, view)
    terminal.answer(view, lambda: _show(view, terminal.folder))
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
    path: Path, system: System, wanted: Wanted, decided: Sequence[Correction]
) -> Iterator[Gathered]:
    with ExitStack() as stack:
        with showing.progress("Reading rows") as progress:
            opening = gathered(path, system, wanted, decided, progress)
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
        raise FieldInvalid("origin", N_("cards say where the node is reached; give it"))
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


def _view(
    result: Brought, found: Gathered, *, applied: bool, invited: tuple[int, int]
) -> ImportView:
    cards, mails = invited
    return ImportView(
        applied=applied,
        code=result.code,
        system=result.system,
        members=result.members,
        accounts=result.accounts,
        trades=result.trades,
        offerings=result.offerings,
        wants=result.wants,
        requests=result.requests,
        added=result.added,
        cards=cards,
        letters=mails,
        problems=tuple(found.told()),
        problem_count=found.problems.count,
        corrected=tuple(found.tables.corrections.applied),
        differences=result.differences,
    )


def _write_report(path: Path, view: ImportView) -> None:
    try:
        path.write_text(
            corrections.report(view.problems, view.corrected), encoding="utf-8", newline=""
        )
    except OSError as error:
        reason = f"{path} cannot be written: {error.strerror}"
        raise FieldInvalid("report", reason) from error


def _show(view: ImportView, folder: Path) -> None:
    added = view.added
    showing.facts(
        [
            ("Exchange", f"{view.code}, from {view.system}"),
            ("Members", f"{view.members}, {added.members} of them new"),
            ("Accounts", f"{view.accounts}, {added.accounts} of them new"),
            ("Updated", f"{added.updated} accounts" if added.updated else None),
            ("Trades", f"{view.trades}, {added.trades} of them new"),
            ("Offerings", f"{view.offerings}, {added.offerings} of them new"),
            ("Wants", f"{view.wants}, {added.wants} of them new"),
            ("Requests", f"{view.requests}, {added.requests} of them new"),
        ]
    )
    if view.corrected:
        click.echo(f"Corrections that were applied: {len(view.corrected)}.")
    if view.differences:
        rows = [(one.account, one.file, one.ours, one.why) for one in view.differences]
        click.echo("\nBalances that are not those of the files:")
        showing.table(("Account", ">In the files", ">Here", ""), rows[:_SHOWN])
    if view.problem_count:
        lines = [
            (one.file, str(one.row or ""), one.column, one.reason) for one in view.problems
        ]
        click.echo("\nRows that are not taken as they stand:")
        showing.table(("File", ">Row", "Column", "Reason"), lines[:_SHOWN])
        if view.problem_count > _SHOWN:
            rest = view.problem_count - _SHOWN
            click.echo(f"and {rest} more; --report FILE or --json lists them.")
    if view.cards or view.letters:
        click.echo(f"{view.cards} cards were written, {view.letters} letters are queued.")
    if view.applied:
        click.echo(f"All of this is in {folder}.")
    else:
        click.echo("Nothing was changed. The same with --apply does it.")
