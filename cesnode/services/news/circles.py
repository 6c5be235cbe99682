"""Whom a newsletter is for, and by which way it would reach each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cesnode.community import words
from cesnode.community.exchange import Exchange
from cesnode.community.news import Way
from cesnode.community.notices import Pace, Topic
from cesnode.community.roles import Actor, Permission
from cesnode.errors import UnknownCategory
from cesnode.ledger.money import parse_signed, render
from cesnode.services import dates, mailing
from cesnode.services.news import reaching
from cesnode.store import Reader, categories, members, newsletters, preferences
from cesnode.store.newsletters import Circle


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """Whom a newsletter is for, as somebody says it; what is empty does not matter.

    `idle_since` is a date, `least` and `most` are balances in units.
    """

    area: int | None = None
    category: int | None = None
    idle_since: str = ""
    least: str = ""
    most: str = ""


@dataclass(frozen=True, slots=True)
class Readers:
    """The members who are meant, by the way each is reached."""

    ways: Mapping[int, Way]

    def count(self, way: Way) -> int:
        return sum(each is way for each in self.ways.values())

    def by(self, way: Way) -> list[int]:
        return [member for member, each in self.ways.items() if each is way]


def read(reader: Reader, exchange: Exchange, meant: Meant) -> Circle:
    """Return whom somebody means.

    Raises:
        UnknownCategory, DateInvalid, AmountInvalid: a field has to change.

    """
    category = categories.find(reader, meant.category) if meant.category else None
    if meant.category is not None and category is None:
        raise UnknownCategory(name=str(meant.category))
    since = meant.idle_since.strip()
    least = _amount(meant.least, exchange, "least")
    most = _amount(meant.most, exchange, "most")
    if least is not None and most is not None and most < least:
        least, most = most, least
    return Circle(
        area=meant.area,
        category=meant.category,
        idle_since=dates.day(since, field="idle_since").isoformat() if since else None,
        least=least,
        most=most,
    )


def said(exchange: Exchange, circle: Circle) -> Meant:
    """Return what somebody would say to mean the same."""
    return Meant(
        area=circle.area,
        category=circle.category,
        idle_since=circle.idle_since or "",
        least="" if circle.least is None else render(circle.least, exchange.currency),
        most="" if circle.most is None else render(circle.most, exchange.currency),
    )


def require(reader: Reader, actor: Actor, circle: Circle) -> None:
    """Raise NotAllowed unless this actor may write to these members.

    Choosing them by their balance takes the right to see it.
    """
    reaching.require_keeping(reader, actor, circle.area)
    if circle.least is not None or circle.most is not None:
        actor.require(Permission.READ_ALL, area=circle.area)


def readers(reader: Reader, circle: Circle, *, now: int) -> Readers:
    """Return who is meant as of now, and how each can be reached."""
    since = circle.idle_since
    found = newsletters.meant(
        reader,
        circle,
        today=str(dates.day_of(now)),
        idle_before=dates.start_of(since, field="idle_since") if since else None,
    )
    is_on = mailing.is_on(reader)
    return Readers({member: _way(reader, member, is_on=is_on) for member in found})


def _way(reader: Reader, member: int, *, is_on: bool) -> Way:
    wishes = preferences.of_member(reader, member)
    if wishes.of(Topic.NEWSLETTERS).mail is Pace.NEVER:
        return Way.PAGES
    email = members.by_id(reader, member).email
    reachable = is_on and email is not None and words.is_email(email)
    return Way.MAIL if reachable else Way.PAPER


def _amount(text: str, exchange: Exchange, field: str) -> int | None:
    return parse_signed(text, exchange.currency, field=field) if text.strip() else None
