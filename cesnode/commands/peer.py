"""Other exchanges: inviting, agreeing, limiting, pausing, comparing."""

from __future__ import annotations

import click

from cesnode.commands import (
    peer_alarms,
    peer_books,
    peer_circle,
    peer_circles,
    peer_debts,
    peer_disputes,
    peer_key,
    peer_moving,
    peer_showing,
    peer_standing,
    peer_telling,
    showing,
)
from cesnode.commands.speaking import speak
from cesnode.commands.terminal import (
    NEEDS_ATTENTION,
    Group,
    Terminal,
    at_terminal,
    by_option,
    confirm,
    gathered,
    yes_option,
)
from cesnode.community.roles import Actor
from cesnode.jobs import introductions
from cesnode.jobs.voice import Voice
from cesnode.services.clearing.here import here_of
from cesnode.services.peering import (
    agreeing,
    changing,
    inviting,
    knowing,
    views,
)
from cesnode.services.peering.views import PeerView
from cesnode.services.peering.wishes import Wishes
from cesnode.store import Writer, keyring, peers
from cesnode.store.peers import Peer

credit_line_option = click.option(
    "--credit-line", metavar="N", help="How much they may owe us, in our currency."
)


@click.group(cls=Group)
def peer() -> None:
    """Agree with other exchanges, and see how you stand with them."""


@peer.command(examples=["cesnode peer invite --credit-line 500"])
@credit_line_option
@by_option
@at_terminal
def invite(terminal: Terminal, *, credit_line: str | None) -> None:
    """Make an invitation for one other exchange; it holds for seven days.

    Hand it to their admin by a way you trust, and compare the fingerprint by telephone.
    """
    key = keyring.ensure(terminal.folder)
    with terminal.writing() as (writer, actor):
        exchange = terminal.exchange(writer)
        made = inviting.invite(
            writer,
            here_of(exchange, key),
            actor,
            credit_line=credit_line,
            now=terminal.now,
        )
        given = inviting.require_given(writer, made.token_hash, now=terminal.now)
        view = views.invite(exchange, made, given)
    terminal.answer(
        view,
        lambda: showing.facts(
            [
                ("Invitation", view.invite),
                ("Holds until", view.expires_at),
                ("They may owe us", f"{view.credit_line} {exchange.currency.plural}"),
                ("Our fingerprint", view.fingerprint),
            ]
        ),
    )


@peer.command(examples=["cesnode peer accept INVITATION --credit-line 500"])
@click.argument("invitation")
@credit_line_option
@click.option("--max-we-owe", metavar="N", help="How much we let ourselves owe them.")
@yes_option
@by_option
@gathered(Wishes, "wishes")
@at_terminal
def accept(terminal: Terminal, *, invitation: str, wishes: Wishes, yes: bool) -> None:
    """Take up the invitation of another exchange; they have then to approve.

    Both nodes have to be up: they fetch each other's cards.
    """
    with terminal.reading() as (reader, actor):
        exchange = terminal.exchange(reader)

    async def run(voice: Voice) -> PeerView:
        found = await introductions.meet(voice, invitation)
        peer_showing.meeting(views.meeting(exchange, voice.here, found), exchange)
        confirm("Is this the exchange you mean?", yes=yes)
        met = await introductions.accept(voice, actor, found, wishes)
        return await peer_telling.seen(voice, met.id)

    view = speak(terminal, run)
    terminal.answer(
        view, lambda: click.echo(f"{view.name} has been asked, and has now to approve.")
    )


@peer.command(examples=["cesnode peer approve VILA", "cesnode peer approve vila.example"])
@click.argument("name", metavar="PEER")
@credit_line_option
@yes_option
@by_option
@at_terminal
def approve(terminal: Terminal, *, name: str, credit_line: str | None, yes: bool) -> None:
    """Agree to what another exchange has asked for, and sign it.

    Compare its fingerprint with its people first: “cesnode peer show PEER”.
    """
    confirm(f"Have you compared the fingerprint of {name}?", yes=yes)
    key = keyring.ensure(terminal.folder)

    def change(writer: Writer, actor: Actor) -> Peer:
        here = here_of(terminal.exchange(writer), key)
        return agreeing.approve(
            writer, here, actor, name, credit_line=credit_line, now=terminal.now
        )

    peer_telling.change_and_tell(terminal, change)


@peer.command("list", examples=["cesnode peer list", "cesnode peer list --json"])
@click.option("--all", "put_away", is_flag=True, help="Those that were put away, too.")
@at_terminal
def list_(terminal: Terminal, *, put_away: bool) -> None:
    """List the other exchanges, and how we stand with each.

    Ends with 3 where a person should look at something.
    """
    with terminal.reading() as (reader, _):
        exchange = terminal.exchange(reader)
        found = views.every(reader, exchange, put_away=put_away)
    terminal.answer(found, lambda: peer_showing.listing(found, exchange.currency.plural))
    if any(one.needs_attention for one in found):
        raise SystemExit(NEEDS_ATTENTION)


@peer.command(examples=["cesnode peer show VILA", "cesnode peer show VILA --json"])
@click.argument("name", metavar="PEER")
@at_terminal
def show(terminal: Terminal, *, name: str) -> None:
    """Show what was agreed with an exchange, and where it stands.

    Ends with 3 where a person should look at something.
    """
    with terminal.reading() as (reader, _):
        exchange = terminal.exchange(reader)
        view = views.peer(reader, exchange, peers.find(reader, name))
    terminal.answer(view, lambda: peer_showing.details(view, exchange.currency.plural))
    if view.needs_attention:
        raise SystemExit(NEEDS_ATTENTION)


@peer.command(
    "set",
    examples=[
        "cesnode peer set VILA --credit-line 800",
        "cesnode peer set VILA --max-trade 50 --daily-volume 200",
        "cesnode peer set VILA --max-trade none --no-requests",
        'cesnode peer set VILA --allow-as-hub --hub-fee "1% + 0.10"',
        "cesnode peer set VILA --no-messages",
        "cesnode peer set VILA --share-groups",
    ],
)
@click.argument("name", metavar="PEER")
@credit_line_option
@click.option("--max-we-owe", metavar="N", help="How much we let ourselves owe, or none.")
@click.option("--max-trade", metavar="N", help="The largest trade: 50, 10%, none.")
@click.option("--daily-volume", metavar="N", help="The most in one day, or none.")
@click.option(
    "--allow-requests/--no-requests",
    default=None,
    help="Whether their sellers may send bills to our members.",
)
@click.option(
    "--allow-as-hub/--no-hub",
    default=None,
    help="Whether trades with others may pass through between us.",
)
@click.option(
    "--hub-fee",
    metavar="FEE",
    help="What we keep of theirs that passes here: 1%, 0.10, 1% + 0.10, none.",
)
@click.option(
    "--share-market/--no-share-market",
    default=None,
    help="Whether they may show our members' shared offerings and wants.",
)
@click.option(
    "--carry-messages/--no-messages",
    default=None,
    help="Whether our members and theirs may write to each other.",
)
@click.option(
    "--share-groups/--no-groups",
    default=None,
    help="Whether our members and theirs may be guests in each other's groups.",
)
@by_option
@gathered(Wishes, "wishes")
@at_terminal
def change(terminal: Terminal, *, name: str, wishes: Wishes) -> None:
    """Change what we grant an exchange; it holds at once, and they are told."""
    key = keyring.ensure(terminal.folder)

    def set_it(writer: Writer, actor: Actor) -> Peer:
        here = here_of(terminal.exchange(writer), key)
        return changing.change(writer, here, actor, name, wishes, now=terminal.now)

    peer_telling.change_and_tell(terminal, set_it)


@peer.command(examples=["cesnode peer beyond", "cesnode peer beyond --json"])
@at_terminal
def beyond(terminal: Terminal) -> None:
    """List the exchanges we trade with through another, and the keys they showed."""
    with terminal.reading() as (reader, _):
        found = knowing.every(reader)
    terminal.answer(found, lambda: peer_showing.beyond(found))


for _module in (
    peer_alarms,
    peer_books,
    peer_circle,
    peer_circles,
    peer_debts,
    peer_disputes,
    peer_key,
    peer_moving,
    peer_standing,
):
    for _command in _module.COMMANDS:
        peer.add_command(_command)
