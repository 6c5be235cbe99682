"""Prices of trades with other exchanges: asked for, shown, and agreed to."""

from __future__ import annotations

import click
from msgspec.structs import replace

from cesnode.commands import showing
from cesnode.commands.speaking import speak
from cesnode.commands.terminal import (
    Command,
    Terminal,
    at_terminal,
    by_option,
    confirm,
)
from cesnode.jobs import beyond
from cesnode.jobs.voice import Voice
from cesnode.services import foreseeing
from cesnode.services.clearing.quoting import QuoteView, Wish
from cesnode.services.orders import Order

via_option = click.option(
    "--via", metavar="PEER", help="The exchange to go through, to one beyond it."
)

quote_option = click.option(
    "--quote", metavar="ID", help="The price you have seen: trade quote."
)


@click.command(
    cls=Command,
    examples=[
        "cesnode trade quote --seller VILA0007 --buyer 2 --amount 3",
        "cesnode trade quote --seller 0007@vila.example --buyer 2 --amount 3 --via WAHA",
    ],
)
@click.option("--seller", required=True, metavar="NUMBER", help="Who would be paid.")
@click.option("--buyer", required=True, metavar="NUMBER", help="Who would pay.")
@click.option("--amount", required=True, metavar="N", help="In the seller's currency.")
@via_option
@by_option
@at_terminal
def quote(
    terminal: Terminal, *, seller: str, buyer: str, amount: str, via: str | None
) -> None:
    """Ask what a trade with another exchange costs; nothing is agreed by that."""
    view = ask(terminal, Wish(seller, buyer, amount, via))
    terminal.answer({"quote": view}, lambda: show(view))


def ask(terminal: Terminal, wish: Wish) -> QuoteView:
    """Ask the seller's node, or the hub before it."""
    with terminal.reading() as (_, found):
        actor = found

    async def run(voice: Voice) -> QuoteView:
        return await beyond.quote(voice, actor, wish)

    return speak(terminal, run)


def priced(terminal: Terminal, order: Order) -> Order:
    """Ask for a price where none is known; show it, and have it agreed to."""
    with terminal.reading() as (reader, _):
        exchange = terminal.exchange(reader)
        needed = foreseeing.needs_quote(reader, exchange, order)
        stranger = foreseeing.is_stranger(reader, exchange, order.buyer)
    if stranger:
        _meet(terminal, order.buyer)
    if not needed:
        return order
    view = ask(terminal, Wish(order.seller, order.buyer, order.amount, order.via))
    _agree(view)
    return replace(order, quote=view.id)


def priced_back(terminal: Terminal, ref: str) -> str | None:
    """Ask what it costs to pay a trade back, where a hub has a say in that."""
    with terminal.reading() as (reader, actor):
        wish = foreseeing.refund_wish(reader, actor, ref)
    return _agreed(terminal, wish)


def priced_bill(terminal: Terminal, ref: str) -> str | None:
    """Ask what it costs to agree to a request, where a hub has a say in that."""
    with terminal.reading() as (reader, actor):
        wish = foreseeing.bill_wish(reader, actor, ref)
    return _agreed(terminal, wish)


def _agreed(terminal: Terminal, wish: Wish | None) -> str | None:
    """Show a price and have it agreed to, if there is something to ask; return its id."""
    if wish is None:
        return None
    view = ask(terminal, wish)
    _agree(view)
    return view.id


def _meet(terminal: Terminal, address: str) -> None:
    async def run(voice: Voice) -> None:
        await beyond.meet_named(voice, address)

    speak(terminal, run)


def show(view: QuoteView) -> None:
    showing.facts(
        [
            ("Quote", view.id),
            ("Seller", view.seller),
            ("Through", view.via),
            ("Paid", f"{view.paid} {view.paid_currency}"),
            ("Received", f"{view.received} {view.received_currency}"),
            ("Fee", f"{view.fee} {view.fee_currency}" if view.fee else None),
            ("Levy", view.levy),
            ("In all", f"{view.total} {view.paid_currency}"),
            ("Until", view.expires_at),
        ]
    )


def _agree(view: QuoteView) -> None:
    paid, received = view.paid_currency, view.received_currency
    confirm(
        f"This costs {view.total} {paid}, of which {view.received} {received} arrive."
        f" {view.via} keeps {view.fee} {view.fee_currency}. Agreed?",
        yes=False,
    )
