"""A trade's own page, and what can be done about it: agree, say no, take back, undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType

from aiohttp import web

from cesnode.community import words
from cesnode.community.roles import Actor
from cesnode.ledger.trades import Trade, TradeState
from cesnode.services import checking, dealing, foreseeing, story, trading
from cesnode.services.clearing.quoting import Wish
from cesnode.services.moves import Move
from cesnode.services.news import thanking
from cesnode.store import Reader, Writer
from cesnode.web.asking import Asked, Asking, Deed, Sight, View
from cesnode.web.keys import KEY, QUOTER
from cesnode.web.site import TRADES
from federation.keys import PrivateKey

LOOK_AGAIN = 5
"""Seconds after which a trade that another exchange decides about is looked at again."""
_LOOKS = 60
"""For so many seconds the page looks by itself; after that somebody has to."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said about a trade: why, and the price that was seen, if there is one."""

    ref: str
    why: str
    quote: str | None


Service = Callable[[Writer, PrivateKey, Actor, Said, int], Trade]

_SERVICES: dict[Move, Service] = {
    Move.ACCEPT: lambda w, key, a, said, now: dealing.accept(
        w, key, a, said.ref, quote=said.quote, now=now
    ),
    Move.DECLINE: lambda w, key, a, said, now: dealing.decline(
        w, key, a, said.ref, reason=said.why or None, now=now
    ),
    Move.WITHDRAW: lambda w, key, a, said, now: dealing.withdraw(
        w, key, a, said.ref, now=now
    ),
    Move.OBJECT: lambda w, _, a, said, now: trading.object_to(
        w, a, said.ref, reason=said.why, now=now
    ),
    Move.SETTLE: lambda w, _, a, said, now: trading.settle(w, a, said.ref, now=now),
    Move.REVERSE: lambda w, key, a, said, now: dealing.reverse(
        w, key, a, said.ref, reason=said.why, quote=said.quote, now=now
    ),
}

_QUESTIONS: Mapping[Move, Callable[[Reader, Actor, str], Wish | None]] = MappingProxyType(
    {Move.ACCEPT: foreseeing.bill_wish, Move.REVERSE: foreseeing.refund_wish}
)
"""What has to be asked of a hub before a move can be made."""


def trade(reader: Reader, asked: Asked) -> Sight:
    return _sight(reader, asked, "trading/trade.html")


def done(reader: Reader, asked: Asked) -> Sight:
    """What came of entering it: a receipt to show or to print."""
    return _sight(reader, asked, "trading/done.html")


def slip(reader: Reader, asked: Asked) -> Sight:
    return _sight(reader, asked, "trading/slip.html")


def wrong(move: Move) -> View:
    """Ask why somebody objects to a trade or undoes it."""

    def show(reader: Reader, asked: Asked) -> Sight:
        values = _values(reader, asked)
        return Sight("trading/wrong.html", {**values, "move": move})

    return show


def deed(move: Move, view: View) -> Deed:
    """Do something about a trade; if it cannot be done, show the page that asked."""

    async def act(asking: Asking) -> web.StreamResponse:
        key, service = asking.request.app[KEY], _SERVICES[move]
        said = _said(asking)

        def work(writer: Writer, asked: Asked) -> Trade:
            return service(writer, key, asked.visitor.actor, said, asked.now)

        with asking.form.checking():
            if said.quote is None and (shown := await _show_price(asking, move, said)):
                return shown
            changed = await asking.do(work)
            return asking.go(f"{TRADES}/{changed.ref}", note=f"trade-{move}")
        return await asking.show(view)

    return act


def _said(asking: Asking) -> Said:
    form = asking.form
    quote = form.value("quote").strip() or None
    return Said(asking.request.match_info["ref"], form.value("reason").strip(), quote)


async def _show_price(asking: Asking, move: Move, said: Said) -> web.Response | None:
    """Ask a hub what a move would cost, and show it; None where no hub has a say.

    Raises:
        NodeError: it cannot be had; nothing was done.

    """
    question = _QUESTIONS.get(move)
    if question is None:
        return None
    if move is Move.REVERSE:
        words.description(said.why, field="reason")
    asked, wish = await asking.look(
        lambda reader, asked: question(reader, asked.visitor.actor, said.ref)
    )
    if wish is None:
        return None
    told = await asking.request.app[QUOTER].ask(asked.visitor.actor, wish)

    def show(reader: Reader, asked: Asked) -> Sight:
        actor, is_back = asked.visitor.actor, move is Move.REVERSE
        found = checking.priced(
            reader, actor, wish, told.id, is_back=is_back, now=asked.now
        )
        values = {"check": found, "move": move, "reason": said.why}
        return Sight("trading/price.html", {**_values(reader, asked), **values})

    return await asking.show(show, HTTPStatus.OK)


def _is_seen_by_buyer(told: story.Story, own: int) -> bool:
    """Whether to tell a trade as its buyer sees it; of two members here, who has to act."""
    trade = told.trade
    if own in {trade.seller, trade.buyer}:
        return own == trade.buyer
    if told.abroad is not None:
        return told.buyer_is_here
    return trade.state is TradeState.REQUESTED


def _sight(reader: Reader, asked: Asked, template: str) -> Sight:
    values = _values(reader, asked)
    told = values["story"]
    again = None
    if isinstance(told, story.Story) and _moves_by_itself(told, asked.now):
        again = LOOK_AGAIN
    return Sight(template, values, again=again)


def _moves_by_itself(told: story.Story, now: int) -> bool:
    """Whether another exchange may decide any moment."""
    is_held = told.trade.state is TradeState.HELD
    return is_held and now - told.trade.created_at < _LOOKS


def _values(reader: Reader, asked: Asked) -> dict[str, object]:
    present = asked.visitor
    told = story.story(reader, present.actor, asked.path["ref"], now=asked.now)
    trade, parties = told.trade, told.parties
    own, is_abroad = present.account.id, told.abroad is not None
    buys = _is_seen_by_buyer(told, own)
    other = parties.seller if buys else parties.buyer
    name = parties.seller_name if buys else parties.buyer_name
    return {
        "story": told,
        "trade": trade,
        "buys": buys,
        "is_mine": own in {trade.buyer, trade.seller},
        "number": trade.other if is_abroad else other,
        "name": None if is_abroad else name,
        "thanked": thanking.of_trade(reader, present.actor, asked.path["ref"]),
        "Move": Move,
        "State": TradeState,
    }
