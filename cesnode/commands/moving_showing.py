"""Tells what came of a run that brought a community over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import msgspec

from cesnode.commands import showing
from cesnode.commands.moving_letters import SHEET
from cesnode.formats.brought import Problem
from cesnode.formats.corrections import Correction
from cesnode.services.bringing.gathering import Gathered
from cesnode.services.bringing.outcome import NOTHING, Added, Brought, Difference
from cesnode.store import readings

_SHOWN = 20


class ImportView(msgspec.Struct, frozen=True, kw_only=True):
    """What the files hold; `added` is what this run added, or would have.

    `corrected` are the corrections that were applied; `resumed` counts the rows that
    were read in an earlier run, `kept` is where those of this one are for the next;
    `cards` and `letters` count who was invited.
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
    resumed: int
    kept: Path | None
    added: Added
    cards: int
    letters: int
    problems: Sequence[Problem]
    problem_count: int
    corrected: Sequence[Correction]
    compared: int
    differences: Sequence[Difference]


def view_of(
    result: Brought,
    found: Gathered,
    folder: Path,
    *,
    applied: bool,
    invited: tuple[int, int],
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
        resumed=found.resumed,
        kept=readings.place_of(folder) if found.is_kept else None,
        added=result.added,
        cards=cards,
        letters=mails,
        problems=tuple(found.told()),
        problem_count=found.problems.count,
        corrected=tuple(found.tables.corrections.applied),
        compared=result.compared,
        differences=result.differences,
    )


def show(view: ImportView, folder: Path, letters: Path | None) -> None:
    added = view.added
    showing.facts(
        [
            ("Exchange", f"{view.code}, from {view.system}"),
            ("Read on", f"after {view.resumed} rows of before" if view.resumed else None),
            ("Members", f"{view.members}, {added.members} of them new"),
            ("Accounts", f"{view.accounts}, {added.accounts} of them new"),
            (
                "Exchanges",
                f"{added.exchanges}, an account each" if added.exchanges else None,
            ),
            ("Updated", f"{added.updated} accounts" if added.updated else None),
            ("Trades", f"{view.trades}, {added.trades} of them new"),
            ("Offerings", f"{view.offerings}, {added.offerings} of them new"),
            ("Wants", f"{view.wants}, {added.wants} of them new"),
            ("Requests", f"{view.requests}, {added.requests} of them new"),
            (
                "Announcements",
                f"{added.announcements} new" if added.announcements else None,
            ),
        ]
    )
    if view.corrected:
        click.echo(f"Corrections that were applied: {len(view.corrected)}.")
    if not view.compared:
        click.echo("The files state no balances: look at some of them yourself.")
    elif not view.differences:
        click.echo(f"All {view.compared} balances are those that the files state.")
    if view.differences:
        rows = [(one.account, one.file, one.ours, one.why) for one in view.differences]
        click.echo("\nBalances that are not those of the files:")
        showing.table(("Account", ">In the files", ">Here", ""), rows[:_SHOWN])
    if view.problem_count:
        lines = list(_alike(view.problems))
        click.echo("\nRows that are not taken as they stand:")
        showing.table(("File", ">Row", "Column", "Reason"), lines[:_SHOWN])
        if view.problem_count > min(len(lines), _SHOWN):
            click.echo(f"{view.problem_count} in all; --report FILE or --json lists them.")
    _show_what_comes_next(view, folder, letters)


def _show_what_comes_next(view: ImportView, folder: Path, letters: Path | None) -> None:
    if letters is not None:
        click.echo(f"{view.cards} cards are in {letters / SHEET}, one for each address.")
    if view.letters:
        click.echo(f"{view.letters} letters are queued.")
    if view.applied:
        click.echo(f"All of this is in {folder}. docs/moving.md says what comes next.")
    elif view.added == NOTHING:
        click.echo("Nothing in the files is new here.")
    else:
        click.echo("Nothing was changed. The same with --apply does it.")
    if view.kept:
        click.echo(f"What was read is kept in {view.kept}; --forget removes it.")


def _alike(problems: Sequence[Problem]) -> Iterator[tuple[str, str, str, str]]:
    """Put together what is wrong in the same way: the first row, and how many more."""
    rows: dict[tuple[str, str, str], list[int]] = {}
    for one in problems:
        rows.setdefault((one.file, one.column, one.reason), []).append(one.row)
    for (file, column, reason), found in rows.items():
        more = f" +{len(found) - 1}" if len(found) > 1 else ""
        yield file, f"{found[0] or ''}{more}", column, reason
