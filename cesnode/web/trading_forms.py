"""/forms: orders and slips, what a buyer writes to a seller before a trade."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from cesnode.errors import N_, FieldInvalid, UnknownForm
from cesnode.services import finding, trading_forms
from cesnode.services.trading_forms import Letter
from cesnode.store import Reader, Writer
from cesnode.store.trading_forms import Form, FormKind, FormState
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.site import FORMS, TRADES
from cesnode.web.trading.naming import name_the_person, typed


def show_all(reader: Reader, asked: Asked) -> Sight:
    present = asked.visitor
    found = trading_forms.of_account(reader, present.actor, present.account)
    return Sight("trading_forms/list.html", {"forms": found, "State": FormState})


def show(reader: Reader, asked: Asked) -> Sight:
    found = trading_forms.show(reader, asked.visitor.actor, _number(asked.path))
    return Sight(
        "trading_forms/page.html",
        {
            "written": found,
            "is_seller": asked.visitor.actor.owns(found.seller),
            "is_buyer": asked.visitor.actor.owns(found.buyer),
            "State": FormState,
        },
    )


def question(reader: Reader, asked: Asked) -> Sight:
    present = asked.visitor
    given = asked.form.values or asked.query
    return Sight(
        "trading_forms/question.html",
        {
            "recent": finding.recent(reader, present.actor, present.account),
            "given": given,
            "is_slip": given.get("kind") == FormKind.SLIP,
        },
    )


async def write(asking: Asking) -> web.StreamResponse:
    """Send an order or a slip; it moves nothing, so nothing has to be checked first."""
    with asking.form.checking():
        written = await asking.do(_write)
        return asking.go(f"{FORMS}/{written.id}", note="form-written")
    name_the_person(asking.form)
    return await asking.show(question)


async def answer(asking: Asking) -> web.StreamResponse:
    form, number = asking.form, _number(asking.request.match_info)
    with form.checking(""):
        match form.value("wish"):
            case "trade":
                made = await asking.write(trading_forms.trade, number, now=asking.now)
                return asking.go(f"{TRADES}/{made.ref}/done")
            case "decline":
                reason = form.value("reason").strip() or None
                await asking.write(
                    trading_forms.decline, number, reason=reason, now=asking.now
                )
            case "withdraw":
                await asking.write(trading_forms.withdraw, number, now=asking.now)
            case _:
                raise FieldInvalid("wish", N_("there is no such wish"))
        return asking.go(f"{FORMS}/{number}")
    return await asking.show(show)


def _write(writer: Writer, asked: Asked) -> Form:
    form, present = asked.form, asked.visitor
    kind = form.value("kind", FormKind.ORDER)
    if kind not in set(FormKind):
        raise FieldInvalid("kind", N_("there is no such form"))
    person = finding.find_one(
        writer, asked.exchange, present.actor, typed(form), own=present.account
    )
    letter = Letter(
        id=form.id,
        kind=FormKind(kind),
        buyer=present.account.number,
        seller=person.number,
        amount=form.value("amount"),
        description=form.value("description"),
        delivery=form.value("delivery"),
    )
    return trading_forms.write(writer, present.actor, letter, now=asked.now)


def _number(path: Mapping[str, str]) -> int:
    """Read the number of a form in an address."""
    text = path["number"]
    if not (text.isascii() and text.isdigit()):
        raise UnknownForm(number=text)
    return int(text[:18])
