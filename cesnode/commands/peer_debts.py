"""Debts between exchanges: settled outside, forgiven, and limited all in all."""

from __future__ import annotations

from collections.abc import Callable

import click

from cesnode.commands import showing
from cesnode.commands.speaking import speak
from cesnode.commands.terminal import (
    NEEDS_ATTENTION,
    Command,
    Terminal,
    at_terminal,
    by_option,
    confirm,
    yes_option,
)
from cesnode.community.roles import Actor
from cesnode.jobs import introductions
from cesnode.jobs.voice import Voice
from cesnode.services.clearing import settling
from cesnode.services.clearing.here import here_of
from cesnode.services.peering import changing, matters, views
from cesnode.services.peering.matters import SettlementView, TotalsView
from cesnode.store import Writer, keyring, peers
from cesnode.store.settlements import Settlement
from federation.keys import PrivateKey

amount_option = click.option(
    "--amount", required=True, metavar="N", help="How much, in our currency."
)
why_option = click.option("--why", required=True, metavar="TEXT", help="Told to them.")

Change = Callable[[Writer, PrivateKey, Actor], Settlement]


@click.command(
    cls=Command,
    examples=['cesnode peer settle VILA --amount 40 --for "Ten sacks of flour"'],
)
@click.argument("name", metavar="PEER")
@amount_option
@click.option("--for", "what", required=True, metavar="TEXT", help="What was given.")
@yes_option
@by_option
@at_terminal
def settle(terminal: Terminal, *, name: str, amount: str, what: str, yes: bool) -> None:
    """Say that we settled a debt outside, in goods or in money; they have to agree."""
    confirm(f"Has {name} been given this: {what}?", yes=yes)
    _change(
        terminal,
        lambda writer, key, actor: settling.propose(
            writer,
            here_of(terminal.exchange(writer), key),
            actor,
            name,
            amount=amount,
            what=what,
            now=terminal.now,
        ),
    )


@click.command(
    cls=Command, examples=["cesnode peer settlements", "cesnode peer settlements --json"]
)
@by_option
@at_terminal
def settlements(terminal: Terminal) -> None:
    """List what was settled outside, and what waits for an answer."""
    with terminal.reading() as (reader, actor):
        found = matters.every_settlement(reader, terminal.exchange(reader), actor)
    terminal.answer(found, lambda: _list(found))


@click.command(
    cls=Command, examples=["cesnode peer agree 019ac3f0-7c1e-7a52-9b1d-4f3b2a1c0d11"]
)
@click.argument("settlement_id", metavar="SETTLEMENT")
@yes_option
@by_option
@at_terminal
def agree(terminal: Terminal, *, settlement_id: str, yes: bool) -> None:
    """Agree that they settled a debt outside; it cannot be taken back."""
    confirm("Have you got what they say they gave?", yes=yes)
    _change(
        terminal,
        lambda writer, key, actor: settling.agree(
            writer,
            here_of(terminal.exchange(writer), key),
            actor,
            settlement_id,
            now=terminal.now,
        ),
    )


@click.command(
    cls=Command,
    examples=['cesnode peer refuse 019ac3f0-7c1e-7a52-9b1d-4f3b2a1c0d11 --why "Not yet"'],
)
@click.argument("settlement_id", metavar="SETTLEMENT")
@why_option
@by_option
@at_terminal
def refuse(terminal: Terminal, *, settlement_id: str, why: str) -> None:
    """Say that they have not settled what they say; the debt stays."""
    _change(
        terminal,
        lambda writer, key, actor: settling.refuse(
            writer,
            here_of(terminal.exchange(writer), key),
            actor,
            settlement_id,
            why=why,
            now=terminal.now,
        ),
    )


@click.command(
    "write-off",
    cls=Command,
    examples=['cesnode peer write-off VILA --amount 12.50 --why "The roof of their hall"'],
)
@click.argument("name", metavar="PEER")
@amount_option
@why_option
@yes_option
@by_option
@at_terminal
def write_off(terminal: Terminal, *, name: str, amount: str, why: str, yes: bool) -> None:
    """Forgive an exchange some of what it owes; the community bears it."""
    confirm(f"Forgive {name} {amount}? The community bears it.", yes=yes)
    key = keyring.ensure(terminal.folder)
    with terminal.writing() as (writer, actor):
        exchange = terminal.exchange(writer)
        here = here_of(exchange, key)
        settling.write_off(
            writer, here, actor, name, amount=amount, why=why, now=terminal.now
        )
        view = views.peer(writer, exchange, peers.find(writer, name))
    told = tell(terminal, name)
    terminal.answer(
        view,
        lambda: click.echo(
            f"{view.name}: we owe {view.balance} {exchange.currency.plural}"
        ),
    )
    finish(name, told=told)


@click.command(
    cls=Command,
    examples=[
        "cesnode peer totals --json",
        "cesnode peer totals --we-are-owed 2000 --we-owe none",
    ],
)
@click.option("--we-are-owed", metavar="N", help="What all may owe us together, or none.")
@click.option("--we-owe", metavar="N", help="What we may owe all together, or none.")
@by_option
@at_terminal
def totals(terminal: Terminal, *, we_are_owed: str | None, we_owe: str | None) -> None:
    """Show or set the limits over all other exchanges together."""
    with terminal.writing() as (writer, actor):
        exchange = terminal.exchange(writer)
        if (we_are_owed, we_owe) != (None, None):
            changing.set_totals(
                writer, actor, we_are_owed=we_are_owed, we_owe=we_owe, now=terminal.now
            )
        view = matters.totals(writer, exchange, actor)
    terminal.answer(view, lambda: _show_totals(view, exchange.currency.plural))


def _change(terminal: Terminal, change: Change) -> None:
    """Change a settlement, then tell the peer at once, if it answers."""
    key = keyring.ensure(terminal.folder)
    with terminal.writing() as (writer, actor):
        exchange = terminal.exchange(writer)
        view = matters.settlement(writer, exchange, change(writer, key, actor))
    told = tell(terminal, view.peer)
    terminal.answer(view, lambda: _list([view]))
    finish(view.peer, told=told)


def tell(terminal: Terminal, name: str) -> bool:
    async def run(voice: Voice) -> bool:
        peer = await voice.store.read(peers.find, name)
        return await introductions.send_now(voice, peer)

    return speak(terminal, run)


def finish(name: str, *, told: bool) -> None:
    if not told:
        later = "has not heard of it yet; it is told as soon as it answers."
        click.echo(f"{name} {later}", err=True)
        raise SystemExit(NEEDS_ATTENTION)


def _list(found: list[SettlementView]) -> None:
    showing.table(
        ["Id", "Exchange", "Who owed", ">Amount", "What", "State", "Why"],
        [
            [
                one.id,
                one.peer,
                "we" if one.by_us else "they",
                one.amount,
                one.what,
                one.state,
                one.why,
            ]
            for one in found
        ],
    )


def _show_totals(view: TotalsView, unit: str) -> None:
    def limit(text: str | None) -> str:
        return "no limit" if text is None else f"{text} {unit}"

    showing.facts(
        [
            ("They may owe us", limit(view.we_are_owed)),
            ("We may owe them", limit(view.we_owe)),
            *(
                ("Nearly used", f"{one.which}: {one.used} of {one.limit} {unit}")
                for one in view.near_limits
            ),
        ]
    )


COMMANDS = (agree, refuse, settle, settlements, totals, write_off)
