"""Debts that go round, crossed out by all exchanges of the circle together."""

from __future__ import annotations

from collections.abc import Callable

import click

from cesnode.commands import showing
from cesnode.commands.speaking import speak
from cesnode.commands.terminal import (
    NEEDS_ATTENTION,
    Group,
    Terminal,
    at_terminal,
    by_option,
    confirm,
    yes_option,
)
from cesnode.community.roles import Actor
from cesnode.jobs import introductions
from cesnode.jobs.voice import Voice
from cesnode.services.clearing.here import Here, here_of
from cesnode.services.clearing.setoffs import (
    agreeing,
    consenting,
    coordinating,
    deciding,
    post,
    views,
)
from cesnode.services.clearing.setoffs.views import PossibleView, SetoffView
from cesnode.store import Writer, keyring
from cesnode.store.peers import Peer
from cesnode.store.setoffs import Setoff

why_option = click.option(
    "--why", required=True, metavar="TEXT", help="Told to the others."
)
_named = click.argument("setoff_id", metavar="SETOFF")

Change = Callable[[Writer, Here, Actor], Setoff]


@click.group(cls=Group)
def circle() -> None:
    """Cross out debts that go round, all exchanges of the circle together or none."""


@circle.command(examples=["cesnode peer circle join"])
@yes_option
@by_option
@at_terminal
def join(terminal: Terminal, *, yes: bool) -> None:
    """Take part: our peers and their peers may then learn what we owe whom, in hours.

    Nothing is crossed out before somebody here has agreed to it.
    """
    confirm("May our peers, and their peers, learn what we owe whom?", yes=yes)
    _switch(terminal, takes_part=True)


@circle.command(examples=["cesnode peer circle leave"])
@by_option
@at_terminal
def leave(terminal: Terminal) -> None:
    """Take part no more; what was agreed to is kept all the same."""
    _switch(terminal, takes_part=False)


@circle.command(examples=["cesnode peer circle find", "cesnode peer circle find --json"])
@by_option
@at_terminal
def find(terminal: Terminal) -> None:
    """Ask our peers what they owe, and show what goes round; nothing is proposed yet."""
    key = keyring.ensure(terminal.folder)
    with terminal.writing() as (writer, actor):
        consenting.require_part(writer)
        here = here_of(terminal.exchange(writer), key)
        asked = consenting.ask(writer, here, now=terminal.now)
    _tell_all(terminal, asked)
    with terminal.reading() as (reader, _):
        view = views.possible(reader, actor, now=terminal.now)
    terminal.answer(view, lambda: _show_possible(view))


@circle.command(examples=["cesnode peer circle propose 750b03d3"])
@click.argument("key", metavar="CIRCLE")
@yes_option
@by_option
@at_terminal
def propose(terminal: Terminal, *, key: str, yes: bool) -> None:
    """Propose a circle to all in it; where we are in it, we agree with this."""
    confirm("Propose this to all exchanges of the circle?", yes=yes)
    _change(
        terminal,
        lambda writer, here, actor: coordinating.propose(
            writer, here, actor, key, now=terminal.now
        ),
    )


@circle.command(
    "list", examples=["cesnode peer circle list", "cesnode peer circle list --json"]
)
@by_option
@at_terminal
def list_(terminal: Terminal) -> None:
    """List what was proposed, and what came of it."""
    with terminal.reading() as (reader, actor):
        exchange = terminal.exchange(reader)
        found = views.every(reader, exchange, actor)
    terminal.answer(found, lambda: _list(found))


@circle.command(examples=["cesnode peer circle show 019ac3f0-7c1e-7a52-9b1d-4f3b2a1c0d11"])
@_named
@by_option
@at_terminal
def show(terminal: Terminal, *, setoff_id: str) -> None:
    """Show a set-off: whose debts, who has agreed, and what we reserve for it."""
    with terminal.reading() as (reader, actor):
        exchange = terminal.exchange(reader)
        view = views.one(reader, exchange, actor, setoff_id)
    terminal.answer(view, lambda: _show(view))


@circle.command(examples=["cesnode peer circle agree 019ac3f0-7c1e-7a52-9b1d-4f3b2a1c0d11"])
@_named
@yes_option
@by_option
@at_terminal
def agree(terminal: Terminal, *, setoff_id: str, yes: bool) -> None:
    """Agree, and reserve what it takes until it is decided; this cannot be taken back."""
    confirm("Agree to cross this out, together with all others?", yes=yes)
    _change(
        terminal,
        lambda writer, here, actor: agreeing.agree(
            writer, here, actor, setoff_id, now=terminal.now
        ),
    )


@circle.command(
    examples=['cesnode peer circle decline 019ac3f0-… --why "We hold a meeting first"']
)
@_named
@why_option
@by_option
@at_terminal
def decline(terminal: Terminal, *, setoff_id: str, why: str) -> None:
    """Refuse; then nothing of it is done, by anybody."""
    _change(
        terminal,
        lambda writer, here, actor: agreeing.decline(
            writer, here, actor, setoff_id, why=why, now=terminal.now
        ),
    )


@circle.command(
    examples=['cesnode peer circle withdraw 019ac3f0-… --why "Al-Waha does not answer"']
)
@_named
@why_option
@by_option
@at_terminal
def withdraw(terminal: Terminal, *, setoff_id: str, why: str) -> None:
    """Call off what we proposed; all that was reserved for it is released."""
    _change(
        terminal,
        lambda writer, here, actor: coordinating.withdraw(
            writer, here, actor, setoff_id, why=why, now=terminal.now
        ),
    )


@circle.command(
    examples=['cesnode peer circle force 019ac3f0-… --reason "Their node is gone"']
)
@_named
@click.option("--reason", required=True, metavar="TEXT", help="Why; kept with the act.")
@by_option
@at_terminal
def force(terminal: Terminal, *, setoff_id: str, reason: str) -> None:
    """Give up what is reserved, after a week; if all agreed after all, it is booked."""
    _change(
        terminal,
        lambda writer, _here, actor: agreeing.force(
            writer, actor, setoff_id, reason=reason, now=terminal.now
        ),
    )


@circle.command(
    examples=["cesnode peer circle honour 019ac3f0-7c1e-7a52-9b1d-4f3b2a1c0d11"]
)
@_named
@yes_option
@by_option
@at_terminal
def honour(terminal: Terminal, *, setoff_id: str, yes: bool) -> None:
    """Book what was called off and agreed at once, once all its people wish it so."""
    confirm("Have the people of all its exchanges said that they book it?", yes=yes)
    _change(
        terminal,
        lambda writer, here, actor: deciding.honour(
            writer, here, actor, setoff_id, now=terminal.now
        ),
    )


def _switch(terminal: Terminal, *, takes_part: bool) -> None:
    with terminal.writing() as (writer, actor):
        consenting.allow(writer, actor, takes_part=takes_part, now=terminal.now)
        view = views.possible(writer, actor, now=terminal.now)
    terminal.answer(view, lambda: _show_possible(view))


def _change(terminal: Terminal, change: Change) -> None:
    """Change a set-off, then tell at once whoever of the others answers."""
    key = keyring.ensure(terminal.folder)
    with terminal.writing() as (writer, actor):
        here = here_of(terminal.exchange(writer), key)
        setoff = change(writer, here, actor)
        concerned = post.parties(writer, setoff.proposal.value)
    told = _tell_all(terminal, concerned)
    with terminal.reading() as (reader, _):
        exchange = terminal.exchange(reader)
        view = views.one(reader, exchange, actor, setoff.id)
    terminal.answer(view, lambda: _show(view))
    if not told:
        click.echo("Not all have heard of it yet; they are told as soon as they answer.")
        raise SystemExit(NEEDS_ATTENTION)


def _tell_all(terminal: Terminal, concerned: list[Peer]) -> bool:
    """Say what waits to each of these peers; whether all have heard it."""

    async def run(voice: Voice) -> bool:
        return all([await introductions.send_now(voice, peer) for peer in concerned])

    return speak(terminal, run)


def _show_possible(view: PossibleView) -> None:
    if not view.takes_part:
        click.echo("We take part in no set-offs; “cesnode peer circle join” changes that.")
        return
    showing.table(
        ["Circle", ">Hours", "Who owes whom"],
        [
            [one.key, one.hours, ", ".join(f"{e.debtor} → {e.creditor}" for e in one.edges)]
            for one in view.circles
        ],
    )
    click.echo(f"From what was told by: {', '.join(view.told) or 'nobody yet'}.")


def _list(found: list[SetoffView]) -> None:
    showing.table(
        ["Id", "Proposed by", "State", "Agreed", "Missing", "Why"],
        [
            [
                one.id,
                "us" if one.by_us else one.coordinator,
                one.state,
                ", ".join(one.agreed),
                ", ".join(one.missing),
                one.why,
            ]
            for one in found
        ],
    )


def _show(view: SetoffView) -> None:
    showing.facts(
        [
            ("Set-off", view.id),
            ("Proposed by", "us" if view.by_us else view.coordinator),
            ("State", view.state),
            ("Why", view.why),
            ("Agreed", ", ".join(view.agreed) or None),
            ("Refused", ", ".join(view.refused) or None),
            ("Missing", ", ".join(view.missing) or None),
            ("To agree until", view.expires_at),
            ("Decided", view.decided_at),
        ]
    )
    showing.table(
        ["Who owes", "Whom", ">Hours"],
        [[one.debtor, one.creditor, one.hours] for one in view.edges],
    )
    showing.table(
        ["With", "Who owes", ">In our currency", "Booked"],
        [
            [
                one.peer,
                "we" if one.we_owe else "they",
                one.amount,
                "yes" if one.booked else "not yet",
            ]
            for one in view.parts
        ],
    )


COMMANDS = (circle,)
