"""Paying, recording and asking: one question page, one to choose from, one to check.

Each is sent to the same address, and carries what was typed along.  The last carries the
id of the form too, which becomes the trade's: however often it is sent, it trades once.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from http import HTTPStatus

from aiohttp import web
from msgspec.structs import replace

from cesnode.community import words
from cesnode.errors import (
    NodeError,
    NoRoute,
    PeerResting,
    PeerUnreachable,
    QuoteRefused,
    UnknownThere,
)
from cesnode.ledger.money import Measure
from cesnode.ledger.trades import Channel
from cesnode.services import checking, finding, orders
from cesnode.services.checks import Check
from cesnode.services.clearing.quoting import Wish
from cesnode.services.finding import Person
from cesnode.services.orders import Order
from cesnode.store import Reader, Writer
from cesnode.web.asking import Asked, Asking, Deed, Sight, View
from cesnode.web.forms import Form
from cesnode.web.keys import KEY, QUOTER
from cesnode.web.site import TRADE, TRADES
from cesnode.web.trading.naming import WHO, name_the_person, typed
from federation.errors import Problem

_GIFT = "1"


class Verb(StrEnum):
    PAY = "pay"
    RECORD = "record"  # what I gave
    ASK = "ask"

    @property
    def path(self) -> str:
        return f"{TRADE}/{self}"

    @property
    def sells(self) -> bool:
        return self is not Verb.PAY


def question(verb: Verb) -> View:
    """Ask with whom, how much and what for; what is in the address stands there."""

    def show(reader: Reader, asked: Asked) -> Sight:
        return _question(reader, asked, verb)

    return show


def link(reader: Reader, asked: Asked) -> Sight:
    """A link or code to pay somebody: with an amount it leads straight to the check."""
    given = {
        "to": asked.path["number"],
        "amount": asked.query.get("a", ""),
        "description": asked.query.get("d", ""),
    }
    asked.form.values = given
    if not given["amount"]:
        return _question(reader, asked, Verb.PAY)
    sight = consider(reader, asked, Verb.PAY)
    return sight or _question(reader, asked, Verb.PAY)


def deed(verb: Verb) -> Deed:
    async def act(asking: Asking) -> web.StreamResponse:
        if asking.form.has("change"):
            return await asking.show(question(verb), HTTPStatus.OK)
        if asking.form.has("confirmed"):
            response = await _confirm(asking, verb)
            if response is not None:
                return response
        await meet(asking)
        await _ask_price(asking, verb)
        asked, sight = await asking.look(
            lambda reader, asked: consider(reader, asked, verb)
        )
        if sight is None:
            return await asking.show(question(verb))
        failed = bool(asking.form.errors)
        status = HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK
        return await asking.draw(asked, sight, status)

    return act


async def meet(asking: Asking) -> None:
    """Meet the exchange that somebody is said to be of, where nobody here knows it yet.

    What is wrong with that is kept at the field in which they are named.
    """
    with asking.form.checking(WHO):
        await asking.look(_signed_in)
        await asking.request.app[QUOTER].meet(typed(asking.form))


def _signed_in(_reader: Reader, asked: Asked) -> int:
    return asked.visitor.account.id


async def _ask_price(asking: Asking, verb: Verb) -> None:
    """Ask another exchange what it costs; its quote goes along with what was typed.

    Where it cannot be reached the agreed rate stands in, and says so if it cannot.
    """
    form = asking.form
    form.values = {name: text for name, text in form.values.items() if name != "quote"}
    asked, wish = await asking.look(lambda reader, asked: _wish(reader, asked, verb))
    if wish is None:
        return
    try:
        told = await asking.request.app[QUOTER].ask(asked.visitor.actor, wish)
        form.values = {**form.values, "quote": told.id}
    except (NoRoute, PeerUnreachable, PeerResting):
        return
    except QuoteRefused as error:
        name = error.values["peer"]
        nobody = error.values["problem"] == Problem.PAYEE_UNAVAILABLE
        form.refuse(WHO, UnknownThere(exchange=name) if nobody else error)


def _wish(reader: Reader, asked: Asked, verb: Verb) -> Wish | None:
    """Return what price has to be asked for, as far as what was typed makes sense."""
    if verb.sells:
        return None
    try:
        (person, *others) = _people(reader, asked)
        if others or person.exchange is None:
            return None
        order, theirs = _order(asked, verb, person.number), _is_theirs(asked.form)
        return checking.question(reader, asked.exchange, order, theirs=theirs)
    except NodeError:  # It is told when the same is read for the check.
        return None


async def _confirm(asking: Asking, verb: Verb) -> web.StreamResponse | None:
    """Enter what was checked; None if that cannot be, with the reason at the form."""
    form, key = asking.form, asking.request.app[KEY]
    cost = form.value("cost")
    seen = int(cost[:18]) if cost.isascii() and cost.isdigit() else None

    def work(writer: Writer, asked: Asked) -> str:
        order = _order(asked, verb, form.value("to"))
        order = replace(order, amount=form.value("final") or order.amount)
        actor = asked.visitor.actor
        made = checking.confirm(writer, key, actor, order, seen=seen, now=asked.now)
        return made.trade.ref

    with form.checking(""):
        ref = await asking.do(work)
        return asking.go(f"{TRADES}/{ref}/done")
    return None


def consider(reader: Reader, asked: Asked, verb: Verb) -> Sight | None:
    """Read what was typed: lead to the check, or to a choice; None if it cannot be."""
    form = asked.form
    people: list[Person] = []
    with form.checking(WHO):
        people = _people(reader, asked)
    if not _is_gift(asked) and not _is_theirs(form):
        form.read("amount", _amount_reader(asked))
    form.read("description", words.description)
    if not people or set(form.errors) - {""}:
        return None
    if len(people) > 1:
        return Sight("trading/choose.html", {"verb": verb, "people": people})
    return _check(reader, asked, verb, people[0])


def _amount_reader(asked: Asked) -> Callable[[str], int]:
    return lambda text: orders.read_amount(text, asked.exchange, Channel.WEB)


def _check(reader: Reader, asked: Asked, verb: Verb, person: Person) -> Sight | None:
    form = asked.form
    order = _order(asked, verb, person.number)
    theirs = _is_theirs(form)
    found: Check | None = None
    with form.checking():
        actor, own = asked.visitor.actor, asked.visitor.account
        found = checking.check(reader, actor, order, own, theirs=theirs, now=asked.now)
    name_the_person(form)
    if found is None:
        return None
    return Sight("trading/check.html", {"verb": verb, "check": found, "person": person})


def _question(reader: Reader, asked: Asked, verb: Verb) -> Sight:
    present, form = asked.visitor, asked.form
    recent = finding.recent(reader, present.actor, present.account)
    given = form.values or {
        name: asked.query.get(name, "") for name in ("to", "amount", "description")
    }
    known = {person.number for person in recent}
    chosen = given.get("to", "")
    limits = asked.exchange.rules.growth.widen(
        present.account.limits, sales=present.account.sales
    )
    return Sight(
        "trading/question.html",
        {
            "verb": verb,
            "recent": recent,
            "chosen": chosen,
            "other": given.get("other", "") or ("" if chosen in known else chosen),
            "amount": given.get("final") if _wants_theirs(form) else given.get("amount"),
            "description": given.get("description", ""),
            "theirs": _foreign_units(reader, asked),
            "limits": limits,
        },
    )


def _people(reader: Reader, asked: Asked) -> list[Person]:
    form, present = asked.form, asked.visitor
    return finding.find(
        reader, asked.exchange, present.actor, typed(form), own=present.account
    )


def _order(asked: Asked, verb: Verb, number: str) -> Order:
    own = asked.visitor.account.number
    form = asked.form
    return Order(
        id=form.id,
        seller=own if verb.sells else number,
        buyer=number if verb.sells else own,
        amount=_GIFT if _is_gift(asked) else form.value("amount"),
        description=form.value("description"),
        channel=Channel.WEB,
        asking=verb is Verb.ASK,
        quote=form.value("quote") or None,
    )


def _is_theirs(form: Form) -> bool:
    """Whether the amount was said in the other side's currency."""
    return form.value("unit") == "theirs"


def _wants_theirs(form: Form) -> bool:
    """Whether the amount is to be said in the other side's currency from now on."""
    return form.value("change") == "theirs"


def _foreign_units(reader: Reader, asked: Asked) -> str | None:
    """Return what the other side counts in, if the amount is to be said in that."""
    form = asked.form
    if not _is_theirs(form) and not _wants_theirs(form):
        return None
    try:
        (person, *others) = _people(reader, asked)
    except NodeError:
        return None
    return None if others else person.units


def _is_gift(asked: Asked) -> bool:
    return asked.exchange.currency.measure is Measure.GIFT
