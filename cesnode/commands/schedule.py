"""Schedules: trades that are entered later, or again and again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import click

from cesnode.commands import showing
from cesnode.commands.terminal import (
    Group,
    Terminal,
    Word,
    at_terminal,
    by_option,
    confirm,
    yes_option,
)
from cesnode.community.rhythm import Rhythm
from cesnode.ledger.trades import Channel
from cesnode.services import dates, schedule_views, scheduling
from cesnode.services.identifiers import uuid7
from cesnode.services.membership import naming
from cesnode.services.schedule_views import ScheduleView
from cesnode.services.scheduling import Plan
from cesnode.store.schedules import Schedule, Side

number_argument = click.argument("number", type=click.IntRange(1))
most_option = click.option(
    "--most",
    metavar="N",
    help="What it may cost each time, in our units, where it passes a third exchange.",
)


@click.group(cls=Group)
def schedule() -> None:
    """Enter trades later, or again and again."""


@schedule.command(
    examples=[
        'cesnode schedule add --buyer 2 --seller 1 --amount 5 --for "Box" --every week',
        'cesnode schedule add --seller 1 --buyer 2 --amount 3 --for "Shed" --times 12',
    ]
)
@click.option("--seller", required=True, metavar="NUMBER", help="Who provides.")
@click.option("--buyer", required=True, metavar="NUMBER", help="Who receives.")
@click.option("--amount", required=True, metavar="N", help="How much each time: 12.50.")
@click.option("--for", "description", required=True, metavar="TEXT", help="What it is.")
@click.option(
    "--every",
    type=click.Choice(["once", "week", "month"]),
    default="once",
    show_default=True,
    help="How often.",
)
@click.option("--first", metavar="DATE", help="The first day; else today.")
@click.option("--until", metavar="DATE", help="The last day it can fall due on.")
@click.option("--times", type=click.IntRange(1), help="So many times at most.")
@click.option(
    "--from",
    "side",
    type=Word(Side),
    default=Side.BUYER.value,
    show_default=True,
    help="Whose schedule it is: the buyer pays, or the seller records.",
)
@click.option("--ask", "asking", is_flag=True, help="The seller only asks, each time.")
@most_option
@by_option
@at_terminal
def add(  # noqa: PLR0913 - the options of the command
    terminal: Terminal,
    *,
    seller: str,
    buyer: str,
    amount: str,
    description: str,
    every: str,
    first: str | None,
    until: str | None,
    times: int | None,
    side: Side,
    asking: bool,
    most: str | None,
) -> None:
    """Schedule a trade; the running node enters it when its day has come.

    The other side may be a member of another exchange.  A month that has no such day is
    due on its last.  What passes a third exchange has its price on each day: above --most
    it waits for you.
    """
    rhythms = {"once": Rhythm.ONCE, "week": Rhythm.WEEKLY, "month": Rhythm.MONTHLY}
    with terminal.writing() as (writer, actor):
        exchange = terminal.exchange(writer)
        own, other = (seller, buyer) if side is Side.SELLER else (buyer, seller)
        plan = Plan(
            id=uuid7(),
            account=naming.find(writer, exchange, own).number,
            side=side,
            other=other,
            amount=amount,
            description=description,
            channel=Channel.CLI,
            rhythm=rhythms[every],
            first_on=first or dates.day_of(terminal.now).isoformat(),
            until_on=until,
            times=times,
            asking=asking,
            most=most,
        )
        made = scheduling.add(writer, actor, plan, now=terminal.now)
        view = schedule_views.view(writer, exchange, made)
    terminal.answer({"schedule": view}, lambda: click.echo(_sentence(view)))


@schedule.command(
    "list", examples=["cesnode schedule list", "cesnode schedule list --account 7 --json"]
)
@click.option("--account", metavar="NUMBER", help="Only those of one account.")
@by_option
@at_terminal
def list_(terminal: Terminal, *, account: str | None) -> None:
    """List schedules, the latest first."""
    with terminal.reading() as (reader, actor):
        exchange = terminal.exchange(reader)
        wanted = account and naming.find(reader, exchange, account)
        found = scheduling.of_account(reader, actor, wanted or None)
        listed = [schedule_views.view(reader, exchange, one) for one in found]
    terminal.answer(listed, lambda: _show_list(listed))


@schedule.command(examples=["cesnode schedule show 3", "cesnode schedule show 3 --json"])
@number_argument
@by_option
@at_terminal
def show(terminal: Terminal, *, number: int) -> None:
    """Show a schedule, and what came of it."""
    with terminal.reading() as (reader, actor):
        found = scheduling.show(reader, actor, number)
        view = schedule_views.view(reader, terminal.exchange(reader), found)
    terminal.answer({"schedule": view}, lambda: _show(view))


@schedule.command(examples=["cesnode schedule pause 3"])
@number_argument
@by_option
@at_terminal
def pause(terminal: Terminal, *, number: int) -> None:
    """Let a schedule rest; what falls due meanwhile is left out."""
    _change(terminal, scheduling.pause, number)


@schedule.command(examples=["cesnode schedule resume 3"])
@number_argument
@by_option
@at_terminal
def resume(terminal: Terminal, *, number: int) -> None:
    """Let a schedule go on."""
    _change(terminal, scheduling.resume, number)


@schedule.command(examples=["cesnode schedule agree 3 --most 40"])
@number_argument
@click.option("--most", metavar="N", required=True, help="In our units, with all fees.")
@by_option
@at_terminal
def agree(terminal: Terminal, *, number: int, most: str) -> None:
    """Say what a turn that passes a third exchange may cost; what waits is tried again."""
    _change(terminal, partial(scheduling.agree, most=most), number)


@schedule.command(examples=["cesnode schedule skip 3 --by 2"])
@number_argument
@by_option
@at_terminal
def skip(terminal: Terminal, *, number: int) -> None:
    """Leave out what falls due next, or could not be entered."""
    _change(terminal, scheduling.skip, number)


@schedule.command(examples=["cesnode schedule end 3 --yes"])
@number_argument
@yes_option
@by_option
@at_terminal
def end(terminal: Terminal, *, number: int, yes: bool) -> None:
    """End a schedule; what it has entered stays."""
    confirm(f"End schedule {number}?", yes=yes)
    _change(terminal, scheduling.end, number)


def _change(terminal: Terminal, change: Callable[..., Schedule], number: int) -> None:
    with terminal.writing() as (writer, actor):
        changed = change(writer, actor, number, now=terminal.now)
        view = schedule_views.view(writer, terminal.exchange(writer), changed)
    terminal.answer({"schedule": view}, lambda: click.echo(_sentence(view)))


def _sentence(view: ScheduleView) -> str:
    if view.state == "running":
        return f"Schedule {view.number} falls due next on {view.next_on}."
    return f"Schedule {view.number} is {view.state}."


def _show(view: ScheduleView) -> None:
    showing.facts(
        [
            ("Number", str(view.number)),
            ("State", view.state),
            ("Account", f"{view.account} ({view.side})"),
            ("With", view.other),
            ("Amount", f"{view.amount} {view.currency}"),
            ("For", view.description),
            ("How often", view.rhythm),
            ("First", view.first_on),
            ("Until", view.until_on),
            ("Times", None if view.times is None else str(view.times)),
            ("Next", view.next_on),
            ("At most", view.most),
            ("In the way", view.problem),
            ("Trades", ", ".join(f"{one.due_on} {one.trade}" for one in view.trades)),
        ]
    )


def _show_list(listed: list[ScheduleView]) -> None:
    showing.table(
        [">Number", "State", "Next", "Account", "Side", "With", ">Amount", "For"],
        [
            [
                str(one.number),
                one.state if one.problem is None else f"{one.state} ({one.problem})",
                one.next_on,
                one.account,
                one.side,
                one.other,
                one.amount,
                one.description,
            ]
            for one in listed
        ],
    )
