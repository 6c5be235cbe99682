"""Trades: recording them, and answering those that wait."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import click

from cesnode.commands import trade_quoting, trade_showing, waiting
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
from cesnode.errors import IdInvalid, TradeRefused
from cesnode.ledger.trades import Channel, Trade, TradeState
from cesnode.services import dates, dealing, reading, trading, views
from cesnode.services.clearing import forcing
from cesnode.services.identifiers import uuid7
from cesnode.services.membership import naming
from cesnode.services.orders import Order
from cesnode.services.views import TradeView
from cesnode.store import Reader, Writer, keyring
from federation.keys import PrivateKey

_LIMIT = 50


@click.group(cls=Group)
def trade() -> None:
    """Record trades, and answer them."""


@trade.command(
    examples=[
        'cesnode trade record --seller 1 --buyer 2 --amount 12.50 --for "Apples"',
        'cesnode trade record --seller 1 --buyer 2 --amount 30 --for "Repair" --by 1 --ask',
    ]
)
@click.option("--seller", required=True, metavar="NUMBER", help="Who provided.")
@click.option("--buyer", required=True, metavar="NUMBER", help="Who received.")
@click.option("--amount", required=True, metavar="N", help="How much it is worth: 12.50.")
@click.option("--for", "description", required=True, metavar="TEXT", help="What it was.")
@click.option(
    "--id", "uuid", help="The id of this submission: the same one never trades twice."
)
@click.option("--date", "event_on", metavar="DATE", help="When it was; else today.")
@click.option("--ask", "asking", is_flag=True, help="Only ask; the buyer has to agree.")
@trade_quoting.via_option
@trade_quoting.quote_option
@waiting.option
@by_option
@at_terminal
def record(  # noqa: PLR0913 - the options of the command
    terminal: Terminal,
    *,
    seller: str,
    buyer: str,
    amount: str,
    description: str,
    uuid: str | None,
    event_on: str | None,
    asking: bool,
    via: str | None,
    quote: str | None,
    wait: float,
) -> None:
    """Record that a seller provided something to a buyer.

    Either side may be a member of another exchange: VILA0007 or 0007@vila.example.  The
    amount is in the seller's currency.  What passes through a third exchange has its
    price: without --quote it is asked for now, and shown.
    """
    order = Order(
        id=uuid7() if uuid is None else _uuid(uuid),
        seller=seller,
        buyer=buyer,
        amount=amount,
        description=description,
        event_on=event_on,
        channel=Channel.CLI,
        asking=asking,
        via=via,
        quote=quote,
    )
    if quote is None:
        order = trade_quoting.priced(terminal, order)
    key = keyring.ensure(terminal.folder)
    with terminal.writing() as (writer, actor):
        recorded = dealing.record(writer, key, actor, order, now=terminal.now)
        view = _view(terminal, writer, recorded.trade)
    _answer(terminal, view, wait)


@trade.command(examples=["cesnode trade show 001A1", "cesnode trade show 001A1 --json"])
@click.argument("ref")
@by_option
@at_terminal
def show(terminal: Terminal, *, ref: str) -> None:
    """Show a trade, by its reference or its id."""
    with terminal.reading() as (reader, actor):
        view = _view(terminal, reader, reading.trade(reader, actor, ref))
        unit = terminal.exchange(reader).currency.plural
    terminal.answer({"trade": view}, lambda: trade_showing.details(view, unit))


@trade.command(
    "list",
    examples=["cesnode trade list --limit 10", "cesnode trade list --account 7 --json"],
)
@click.option("--account", metavar="NUMBER", help="Only the trades of one account.")
@click.option("--since", metavar="DATE", help="Only what happened on this day or later.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=_LIMIT,
    show_default=True,
    help="So many at most.",
)
@by_option
@at_terminal
def list_(
    terminal: Terminal, *, account: str | None, since: str | None, limit: int
) -> None:
    """List trades, the latest first, those that wait included."""
    first = "" if since is None else dates.day(since, field="since").isoformat()
    with terminal.reading() as (reader, actor):
        exchange = terminal.exchange(reader)
        wanted = account and naming.find(reader, exchange, account)
        found = reading.trade_list(reader, actor, wanted or None, since=first, limit=limit)
        listed = [views.trade(reader, exchange, one) for one in found]
    terminal.answer(listed, lambda: trade_showing.table(listed, exchange.currency.plural))


@trade.command(examples=["cesnode trade accept 001A1 --by 2"])
@click.argument("ref")
@trade_quoting.quote_option
@waiting.option
@by_option
@at_terminal
def accept(terminal: Terminal, *, ref: str, quote: str | None, wait: float) -> None:
    """Agree to a request, for its buyer.

    One that came through a third exchange has its price: without --quote it is asked for
    now, and shown.
    """
    price, now = quote or trade_quoting.priced_bill(terminal, ref), terminal.now
    _change(
        terminal,
        lambda w, key, actor: dealing.accept(w, key, actor, ref, quote=price, now=now),
        wait=wait,
    )


@trade.command(
    examples=[
        "cesnode trade decline 001A1",
        'cesnode trade decline 001A1 --reason "I was not there"',
    ]
)
@click.argument("ref")
@click.option("--reason", help="Why.")
@by_option
@at_terminal
def decline(terminal: Terminal, *, ref: str, reason: str | None) -> None:
    """Say no to a request, for its buyer."""
    _change(
        terminal,
        lambda w, key, actor: dealing.decline(
            w, key, actor, ref, reason=reason, now=terminal.now
        ),
    )


@trade.command(examples=["cesnode trade withdraw 001A1 --by 1"])
@click.argument("ref")
@by_option
@at_terminal
def withdraw(terminal: Terminal, *, ref: str) -> None:
    """Take a request back, for its seller."""
    _change(
        terminal,
        lambda w, key, actor: dealing.withdraw(w, key, actor, ref, now=terminal.now),
    )


@trade.command("object", examples=['cesnode trade object 001A1 --reason "It was 10"'])
@click.argument("ref")
@click.option("--reason", required=True, help="What is not right.")
@by_option
@at_terminal
def object_(terminal: Terminal, *, ref: str, reason: str) -> None:
    """Say that a posted trade is not right, for its buyer; nothing moves yet."""
    _change(
        terminal,
        lambda w, _, actor: trading.object_to(
            w, actor, ref, reason=reason, now=terminal.now
        ),
    )


@trade.command(examples=["cesnode trade settle 001A1"])
@click.argument("ref")
@by_option
@at_terminal
def settle(terminal: Terminal, *, ref: str) -> None:
    """Let a trade stand that was objected to."""
    _change(terminal, lambda w, _, actor: trading.settle(w, actor, ref, now=terminal.now))


@trade.command(examples=['cesnode trade reverse 001A1 --reason "Entered twice" --yes'])
@click.argument("ref")
@click.option("--reason", required=True, help="Why.")
@waiting.option
@yes_option
@by_option
@at_terminal
def reverse(terminal: Terminal, *, ref: str, reason: str, wait: float, yes: bool) -> None:
    """Undo a posted trade by a further one, levies included; both stay in the books."""
    confirm(f"Reverse trade {ref}?", yes=yes)
    quote = trade_quoting.priced_back(terminal, ref)
    _change(
        terminal,
        lambda w, key, actor: dealing.reverse(
            w, key, actor, ref, reason=reason, quote=quote, now=terminal.now
        ),
        wait=wait,
    )


@trade.command(
    "force-void",
    examples=['cesnode trade force-void 001A1 --reason "Vila Nova is gone for good" --yes'],
)
@click.argument("ref")
@click.option("--reason", required=True, help="Why; signed, and told to the other node.")
@yes_option
@by_option
@at_terminal
def force_void(terminal: Terminal, *, ref: str, reason: str, yes: bool) -> None:
    """Release what is held for a trade that another exchange has left open for a week.

    If that exchange turns out to have agreed, the trade is booked after all: against
    suspense, not to the buyer, and a dispute opens.
    """
    confirm(f"End trade {ref} without the other exchange's word?", yes=yes)
    key = keyring.ensure(terminal.folder)
    with terminal.writing() as (writer, actor):
        ended = forcing.force(writer, key, actor, ref, reason=reason, now=terminal.now)
        view = _view(terminal, writer, ended)
    terminal.answer({"trade": view}, lambda: click.echo(trade_showing.sentence(view)))


def _change(
    terminal: Terminal,
    change: Callable[[Writer, PrivateKey, Actor], Trade],
    *,
    wait: float = 0,
) -> None:
    key = keyring.ensure(terminal.folder)
    with terminal.writing() as (writer, actor):
        view = _view(terminal, writer, change(writer, key, actor))
    _answer(terminal, view, wait)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise IdInvalid(text=text) from None


def _view(terminal: Terminal, reader: Reader, trade: Trade) -> TradeView:
    return views.trade(reader, terminal.exchange(reader), trade)


def _answer(terminal: Terminal, view: TradeView, wait: float) -> None:
    """Show the trade, once another exchange has decided or patience has run out."""

    def look() -> TradeView:
        with terminal.reading() as (reader, actor):
            return _view(terminal, reader, reading.trade(reader, actor, view.id))

    view = waiting.until_decided(view, wait, look)
    if view.state == TradeState.VOIDED:
        terminal.refuse(TradeRefused(ref=view.ref, why=waiting.why(view)))
    terminal.answer({"trade": view}, lambda: click.echo(trade_showing.sentence(view)))
    trade_showing.warnings(view)
    if view.state == TradeState.HELD and wait:
        raise SystemExit(NEEDS_ATTENTION)


trade.add_command(trade_quoting.quote)
