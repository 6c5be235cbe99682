"""/schedules: trades to be entered later, or again and again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from http import HTTPStatus

from aiohttp import web

from cesnode.community.rhythm import Rhythm
from cesnode.errors import (
    N_,
    FieldInvalid,
    NoRoute,
    PeerResting,
    PeerUnreachable,
    QuoteRefused,
    UnknownSchedule,
)
from cesnode.ledger.trades import Channel
from cesnode.services import dates, finding, scheduling, turns
from cesnode.services.finding import Person
from cesnode.services.scheduling import Plan
from cesnode.store import Reader, Writer, schedules
from cesnode.store.schedules import Schedule, ScheduleState, Side
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.keys import QUOTER
from cesnode.web.site import SCHEDULES
from cesnode.web.trading.entering import meet
from cesnode.web.trading.naming import name_the_person, typed

LISTED = 12

_WISHES: Mapping[str, Callable[..., Schedule]] = {
    "pause": scheduling.pause,
    "resume": scheduling.resume,
    "skip": scheduling.skip,
    "end": scheduling.end,
}
_AGREE = "agree"


def show_all(reader: Reader, asked: Asked) -> Sight:
    present = asked.visitor
    found = scheduling.of_account(reader, present.actor, present.account)
    shown = [
        (schedule, turns.currency_of(reader, asked.exchange, schedule))
        for schedule in found
    ]
    return Sight("schedules/list.html", {"schedules": shown, "State": ScheduleState})


def show(reader: Reader, asked: Asked) -> Sight:
    schedule = scheduling.show(reader, asked.visitor.actor, _number(asked.path))
    return Sight(
        "schedules/page.html",
        {
            "schedule": schedule,
            "currency": turns.currency_of(reader, asked.exchange, schedule),
            "trades": schedules.trades_of(reader, schedule.id, limit=LISTED),
            "State": ScheduleState,
        },
    )


def question(reader: Reader, asked: Asked) -> Sight:
    present = asked.visitor
    given = asked.form.values or asked.query
    return Sight(
        "schedules/question.html",
        {
            "recent": finding.recent(reader, present.actor, present.account),
            "sells": given.get("side") == Side.SELLER,
            "given": given,
            "today": dates.day_of(asked.now).isoformat(),
            "rhythms": list(Rhythm),
            "wants_most": "most" in asked.form.errors or bool(given.get("most")),
        },
    )


async def make(asking: Asking) -> web.StreamResponse:
    """Say back what would be scheduled, and make it once that is confirmed."""
    form = asking.form
    if form.has("change"):
        return await asking.show(question, HTTPStatus.OK)
    await meet(asking)
    with form.checking():
        if form.has("confirmed"):
            made = await asking.do(_make)
            return asking.go(f"{SCHEDULES}/{made.id}", note="schedule-made")
        asked, sight = await asking.look(check)
        return await asking.draw(asked, await _with_price(asking, asked, sight))
    name_the_person(form)
    return await asking.show(question)


def _make(writer: Writer, asked: Asked) -> Schedule:
    plan = _plan(asked, _person(writer, asked).number)
    return scheduling.add(writer, asked.visitor.actor, plan, now=asked.now)


def check(reader: Reader, asked: Asked) -> Sight:
    draft = _draft(reader, asked)
    return Sight(
        "schedules/check.html",
        {
            "schedule": draft,
            "currency": turns.currency_of(reader, asked.exchange, draft),
            "person": _person(reader, asked),
            "quote": None,
        },
    )


def _draft(reader: Reader, asked: Asked) -> Schedule:
    plan, actor = _plan(asked, _person(reader, asked).number), asked.visitor.actor
    return scheduling.draft(reader, asked.exchange, actor, plan, now=asked.now)


async def _with_price(asking: Asking, asked: Asked, sight: Sight) -> Sight:
    """Add what a turn would cost today, where somebody between has a price for it."""
    _, wish = await asking.look(
        lambda reader, asked: turns.question_of(
            reader, _draft(reader, asked), now=asked.now
        )
    )
    if wish is None:
        return sight
    try:
        quote = await asking.request.app[QUOTER].ask(asked.visitor.actor, wish)
    except (NoRoute, PeerResting, PeerUnreachable, QuoteRefused):
        return sight  # What it may cost at most is agreed to all the same.
    return replace(sight, values={**sight.values, "quote": quote})


def _person(reader: Reader, asked: Asked) -> Person:
    present = asked.visitor
    return finding.find_one(
        reader, asked.exchange, present.actor, typed(asked.form), own=present.account
    )


def _plan(asked: Asked, other: str) -> Plan:
    form = asked.form
    side, rhythm = form.value("side", Side.BUYER), form.value("rhythm")
    if side not in set(Side):
        raise FieldInvalid("side", N_("there is no such side"))
    if rhythm not in set(Rhythm):
        raise FieldInvalid("rhythm", N_("there is no such rhythm"))
    return Plan(
        id=form.id,
        account=asked.visitor.account.number,
        side=Side(side),
        other=other,
        amount=form.value("amount"),
        description=form.value("description"),
        channel=Channel.WEB,
        rhythm=Rhythm(rhythm),
        first_on=form.value("first_on"),
        until_on=form.value("until_on") or None,
        times=_times(form.value("times").strip()),
        asking=form.has("asking"),
        most=form.value("most") or None,
    )


def _times(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise FieldInvalid("times", N_("it must be a whole number"))
    return int(text[:9])


def _number(path: Mapping[str, str]) -> int:
    """Read the number of a schedule in an address."""
    text = path["number"]
    if not (text.isascii() and text.isdigit()):
        raise UnknownSchedule(number=text)
    return int(text[:18])


async def change(asking: Asking) -> web.StreamResponse:
    number, name = _number(asking.request.match_info), asking.form.value("wish")
    wish = _WISHES.get(name)
    if name == _AGREE:
        wish = partial(scheduling.agree, most=asking.form.value("most"))
    if wish is None:
        raise FieldInvalid("wish", N_("there is no such wish"))
    with asking.form.checking("most" if name == _AGREE else ""):
        await asking.write(wish, number, now=asking.now)
        return asking.go(f"{SCHEDULES}/{number}")
    return await asking.show(show)
