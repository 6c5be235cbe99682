"""Accounts: where they stand, and how they got there."""

from __future__ import annotations

import click

from cesnode.commands import showing
from cesnode.commands.terminal import Group, Terminal, at_terminal, by_option
from cesnode.services import account_views, dates, reading
from cesnode.services.account_views import AccountView, StatementView
from cesnode.services.membership import naming
from cesnode.store.statements import Period

_ALL = 2**31


@click.group(cls=Group)
def account() -> None:
    """Show where an account stands and how it got there."""


@account.command(examples=["cesnode account show 7", "cesnode account show 7 --json"])
@click.argument("number")
@at_terminal
def show(terminal: Terminal, *, number: str) -> None:
    """Show the balance, the limits and what was sold and bought."""
    with terminal.reading() as (reader, _):
        exchange = terminal.exchange(reader)
        view = account_views.account(
            reader, exchange, naming.find(reader, exchange, number)
        )
    terminal.answer(view, lambda: _show(view))


@account.command(
    examples=[
        "cesnode account statement 7",
        "cesnode account statement 7 --from 2026-01-01 --to 2026-03-31 --json",
    ]
)
@click.argument("number")
@click.option("--from", "since", metavar="DATE", help="The first day; else the first ever.")
@click.option("--to", "until", metavar="DATE", help="The last day; else today.")
@click.option("--limit", type=click.IntRange(1), default=_ALL, help="So many entries.")
@click.option("--cursor", type=click.IntRange(0), help="Go on after a shorter answer.")
@by_option
@at_terminal
def statement(
    terminal: Terminal,
    *,
    number: str,
    since: str | None,
    until: str | None,
    limit: int,
    cursor: int | None,
) -> None:
    """Show the entries of an account, with the balance before and after."""
    period = Period(
        since=0 if since is None else dates.start_of(since, field="from"),
        until=Period().until if until is None else dates.end_of(until, field="to"),
        cursor=cursor,
        limit=limit,
    )
    with terminal.reading() as (reader, actor):
        exchange = terminal.exchange(reader)
        found = naming.find(reader, exchange, number)
        page = reading.statement(reader, actor, found, period)
        view = account_views.statement(exchange, found, page)
    terminal.answer(view, lambda: _show_statement(view, exchange.currency.plural))


def _show(view: AccountView) -> None:
    unit = view.currency
    showing.facts(
        [
            ("Number", view.number),
            ("Name", view.name),
            ("Kind", view.kind),
            ("State", view.state),
            ("Locked because", view.lock_reason),
            ("Balance", f"{showing.signed(view.balance)} {unit}"),
            ("Available", f"{showing.signed(view.available)} {unit}"),
            ("Floor", f"{view.floor} {unit}" if view.floor else "none"),
            ("Ceiling", f"{view.ceiling} {unit}" if view.ceiling else "none"),
            ("Sold", f"{view.sales} {unit} in {view.sold} trades"),
            ("Bought", f"{view.purchases} {unit} in {view.bought} trades"),
            ("Last trade", view.last_trade_at),
        ]
    )


def _show_statement(view: StatementView, unit: str) -> None:
    rows = [
        [
            line.date or line.recorded_at[:10],
            line.ref,
            line.other_name or line.other or line.kind,
            line.description,
            showing.signed(line.amount),
            showing.signed(line.balance),
        ]
        for line in view.entries
    ]
    opening = [None, None, None, "Opening balance", None, showing.signed(view.opening)]
    closing = [None, None, None, "Closing balance", None, showing.signed(view.closing)]
    columns = ["Date", "Reference", "With", "For", f">{unit}", ">Balance"]
    showing.table(columns, [opening, *rows, closing])
    if view.cursor is not None:
        click.echo(f"There is more. Try: --cursor {view.cursor}", err=True)
