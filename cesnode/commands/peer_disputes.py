"""Disputes with other exchanges about single trades."""

from __future__ import annotations

import click

from cesnode.commands import showing
from cesnode.commands.peer_debts import finish, tell, why_option
from cesnode.commands.terminal import Group, Terminal, Word, at_terminal, by_option
from cesnode.services.clearing import disputing
from cesnode.services.clearing.here import here_of
from cesnode.services.peering import matters
from cesnode.services.peering.matters import DisputeView
from cesnode.store import keyring
from federation.bodies import DisputeOutcome

_ENDS = [one for one in DisputeOutcome if one is not DisputeOutcome.OPEN]


@click.group(cls=Group)
def dispute() -> None:
    """Claim that something is wrong with a trade, and say how it was put right."""


@dispute.command(
    "open",
    examples=['cesnode peer dispute open 001A1 --claim "The box never came"'],
)
@click.argument("trade", metavar="TRADE")
@click.option("--claim", required=True, metavar="TEXT", help="What is wrong.")
@by_option
@at_terminal
def open_(terminal: Terminal, *, trade: str, claim: str) -> None:
    """Open a dispute, and tell the other exchange; it moves no money."""
    key = keyring.ensure(terminal.folder)
    with terminal.writing() as (writer, actor):
        here = here_of(terminal.exchange(writer), key)
        made = disputing.open_about(
            writer, here, actor, trade, claim=claim, now=terminal.now
        )
        view = matters.dispute(writer, made)
    _answer(terminal, view)


@dispute.command(
    "list", examples=["cesnode peer dispute list", "cesnode peer dispute list --json"]
)
@by_option
@at_terminal
def list_(terminal: Terminal) -> None:
    """List disputes, ours and theirs."""
    with terminal.reading() as (reader, actor):
        found = matters.every_dispute(reader, actor)
    terminal.answer(found, lambda: _list(found))


@dispute.command(
    examples=[
        'cesnode peer dispute end 019ac3f0-… --outcome refund --why "It came back"',
        'cesnode peer dispute end 019ac3f0-… --outcome withdrawn --why "All is well"',
    ]
)
@click.argument("dispute_id", metavar="DISPUTE")
@click.option(
    "--outcome", required=True, type=Word(_ENDS), help="How it was put right, or not."
)
@why_option
@by_option
@at_terminal
def end(terminal: Terminal, *, dispute_id: str, outcome: DisputeOutcome, why: str) -> None:
    """End a dispute that we opened; what stood in suspense goes to the community."""
    key = keyring.ensure(terminal.folder)
    with terminal.writing() as (writer, actor):
        here = here_of(terminal.exchange(writer), key)
        ended = disputing.end(
            writer, here, actor, dispute_id, outcome=outcome, why=why, now=terminal.now
        )
        view = matters.dispute(writer, ended)
    _answer(terminal, view)


def _answer(terminal: Terminal, view: DisputeView) -> None:
    told = tell(terminal, view.peer)
    terminal.answer(view, lambda: _list([view]))
    finish(view.peer, told=told)


def _list(found: list[DisputeView]) -> None:
    showing.table(
        ["Id", "Exchange", "Trade", "Opened by", "Claim", "Outcome", "Why"],
        [
            [
                one.id,
                one.peer,
                one.trade,
                "us" if one.by_us else "them",
                one.claim,
                one.outcome,
                one.why,
            ]
            for one in found
        ],
    )


COMMANDS = (dispute,)
