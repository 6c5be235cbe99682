"""The services of news, newsletters and thank-yous, who may ask for them, and how."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from cesnode.community.roles import OPERATOR
from cesnode.services.news import (
    announcing,
    archive,
    following,
    planning,
    thanking,
    writing,
)
from cesnode.services.news.announcing import Draft
from cesnode.services.news.circles import Meant
from cesnode.services.news.planning import Plan
from cesnode.store import members
from cesnode.store.newsletters import Attachment
from tests.support.exchanges import NOW, acting_as
from tests.support.wishes import (
    ALL,
    EVERYBODY,
    READING,
    TOP,
    TRADING,
    Act,
    Town,
)

UTC = ZoneInfo("UTC")
KEEPERS = {"secretary"} | TOP
NORTH = {"coordinator"} | KEEPERS
MEMBERS = EVERYBODY - {"operator"}


def _draft(town: Town, area: str | None = None) -> Draft:
    place = members.area(town.writer, area) if area else None
    return Draft(title="Tea", text="At four", area=place)


def _announced(town: Town, area: str | None = None) -> int:
    made = announcing.publish(
        town.writer, OPERATOR, _draft(town, area), id=uuid4(), now=NOW
    )
    return made.id


def _plan(town: Town, area: str | None = None) -> Plan:
    place = members.area(town.writer, area) if area else None
    return Plan(title="Tea", day="2025-08-01", area=place)


def _planned(town: Town, area: str | None = None) -> int:
    wanted = _plan(town, area)
    return planning.plan(town.writer, OPERATOR, wanted, id=uuid4(), zone=UTC, now=NOW).id


def _letter(town: Town, area: str | None = None) -> writing.Draft:
    place = members.area(town.writer, area) if area else None
    return writing.Draft(title="Tea", text="At four", meant=Meant(area=place))


def _drafted(town: Town, area: str | None = None) -> int:
    made = writing.draft(town.writer, OPERATOR, _letter(town, area), id=uuid4(), now=NOW)
    return made.id


def _sent(town: Town, area: str | None = None) -> int:
    number = _drafted(town, area)
    writing.send(town.writer, OPERATOR, number, now=NOW)
    return number


def _with_a_file(town: Town) -> int:
    """Send the North a newsletter with a file; return its number."""
    number = _drafted(town, "North")
    file = Attachment(name="a.txt", media_type="text/plain", file="0.paper", size=1)
    writing.enclose(town.writer, OPERATOR, number, (file,))
    writing.send(town.writer, OPERATOR, number, now=NOW)
    return number


def _said(town: Town) -> int:
    """Let Bob, who bought, thank Ann."""
    actor = acting_as(town.writer, town.bob)
    said = thanking.say(town.writer, actor, town.posted, "Good", id=UUID(int=7), now=NOW)
    return said.id


NEWS: Mapping[str, Act] = {
    "announce something": Act(
        announcing.publish,
        lambda t, a: announcing.publish(t.writer, a, _draft(t), id=uuid4(), now=NOW),
        KEEPERS,
        ALL,
        own="secretary",
    ),
    "announce something in the North": Act(
        announcing.publish,
        lambda t, a: announcing.publish(
            t.writer, a, _draft(t, "North"), id=uuid4(), now=NOW
        ),
        NORTH,
        ALL,
        own="coordinator",
    ),
    "change an announcement": Act(
        announcing.rewrite,
        lambda t, a: announcing.rewrite(t.writer, a, _announced(t), _draft(t), now=NOW),
        KEEPERS,
        ALL,
        own="secretary",
    ),
    "move an announcement of the North to everybody": Act(
        announcing.rewrite,
        lambda t, a: announcing.rewrite(
            t.writer, a, _announced(t, "North"), _draft(t), now=NOW
        ),
        KEEPERS,
        ALL,
        own="secretary",
    ),
    "see an announcement as its keeper": Act(
        announcing.kept,
        lambda t, a: announcing.kept(t.writer, a, _announced(t, "North")),
        NORTH,
        ALL,
        own="secretary",
    ),
    "take an announcement back": Act(
        announcing.withdraw,
        lambda t, a: announcing.withdraw(t.writer, a, _announced(t, "North"), now=NOW),
        NORTH,
        ALL,
        own="coordinator",
    ),
    "put an announcement away": Act(
        announcing.put_away,
        lambda t, a: announcing.put_away(t.writer, a, _announced(t), now=NOW),
        MEMBERS,
        TRADING,
    ),
    "read an announcement": Act(
        announcing.one,
        lambda t, a: announcing.one(t.writer, a, _announced(t), now=NOW),
        EVERYBODY,
        READING,
    ),
    "read what is announced": Act(
        announcing.current,
        lambda t, a: announcing.current(t.writer, a, now=NOW),
        EVERYBODY,
        READING,
    ),
    "read what was announced": Act(
        announcing.earlier,
        lambda t, a: announcing.earlier(t.writer, a, page=1, now=NOW),
        EVERYBODY,
        READING,
    ),
    "read what will be announced": Act(
        announcing.to_come,
        lambda t, a: announcing.to_come(t.writer, a, now=NOW),
        EVERYBODY,
        READING,
    ),
    "read announcements at home": Act(
        announcing.on_home,
        lambda t, a: announcing.on_home(t.writer, a, now=NOW),
        EVERYBODY,
        READING,
    ),
    "plan an event": Act(
        planning.plan,
        lambda t, a: planning.plan(t.writer, a, _plan(t), id=uuid4(), zone=UTC, now=NOW),
        KEEPERS,
        ALL,
        own="secretary",
    ),
    "change an event": Act(
        planning.rewrite,
        lambda t, a: planning.rewrite(
            t.writer, a, _planned(t, "North"), _plan(t, "North"), zone=UTC, now=NOW
        ),
        NORTH,
        ALL,
        own="coordinator",
    ),
    "see an event as its keeper": Act(
        planning.kept,
        lambda t, a: planning.kept(t.writer, a, _planned(t)),
        KEEPERS,
        ALL,
        own="secretary",
    ),
    "call an event off": Act(
        planning.call_off,
        lambda t, a: planning.call_off(t.writer, a, _planned(t), zone=UTC, now=NOW),
        KEEPERS,
        ALL,
        own="secretary",
    ),
    "see an event": Act(
        planning.one,
        lambda t, a: planning.one(t.writer, a, _planned(t)),
        EVERYBODY,
        READING,
    ),
    "see a month": Act(
        planning.month,
        lambda t, a: planning.month(t.writer, a, date(2025, 8, 1)),
        EVERYBODY,
        READING,
    ),
    "see what is soon": Act(
        planning.coming,
        lambda t, a: planning.coming(t.writer, a, zone=UTC, now=NOW),
        EVERYBODY,
        READING,
    ),
    "follow the calendar": Act(
        planning.followed,
        lambda t, a: planning.followed(t.writer, a, now=NOW),
        EVERYBODY,
        READING,
    ),
    "make an address of the calendar": Act(
        following.make,
        lambda t, a: following.make(t.writer, a, now=NOW),
        MEMBERS,
        ALL,
    ),
    "end an address of the calendar": Act(
        following.end, lambda t, a: following.end(t.writer, a), MEMBERS, ALL
    ),
    "see when an address of the calendar was made": Act(
        following.made_at, lambda t, a: following.made_at(t.writer, a), MEMBERS, ALL
    ),
    "draft a newsletter": Act(
        writing.draft,
        lambda t, a: writing.draft(t.writer, a, _letter(t), id=uuid4(), now=NOW),
        KEEPERS,
        ALL,
        own="secretary",
    ),
    "draft a newsletter to the North": Act(
        writing.draft,
        lambda t, a: writing.draft(t.writer, a, _letter(t, "North"), id=uuid4(), now=NOW),
        NORTH,
        ALL,
        own="coordinator",
    ),
    "change a newsletter": Act(
        writing.rewrite,
        lambda t, a: writing.rewrite(t.writer, a, _drafted(t), _letter(t), now=NOW),
        KEEPERS,
        ALL,
        own="secretary",
    ),
    "let files go along": Act(
        writing.enclose,
        lambda t, a: writing.enclose(t.writer, a, _drafted(t), ()),
        KEEPERS,
        ALL,
        own="secretary",
    ),
    "throw a newsletter away": Act(
        writing.throw_away,
        lambda t, a: writing.throw_away(t.writer, a, _drafted(t)),
        KEEPERS,
        ALL,
        own="secretary",
    ),
    "look at a newsletter": Act(
        writing.preview,
        lambda t, a: writing.preview(t.writer, a, _drafted(t), now=NOW),
        KEEPERS,
        ALL,
        own="secretary",
    ),
    "send a newsletter": Act(
        writing.send,
        lambda t, a: writing.send(t.writer, a, _drafted(t, "North"), now=NOW),
        NORTH,
        ALL,
        own="coordinator",
    ),
    "read a newsletter to the North": Act(
        archive.read,
        lambda t, a: archive.read(t.writer, a, _sent(t, "North")),
        {"seller", "buyer", "stranger"} | NORTH,
        READING,
    ),
    "fetch a file of a newsletter to the North": Act(
        archive.enclosed,
        lambda t, a: archive.enclosed(t.writer, a, _with_a_file(t), 1),
        {"seller", "buyer", "stranger"} | NORTH,
        READING,
    ),
    "see which newsletters there are": Act(
        archive.written,
        lambda t, a: archive.written(t.writer, a, page=1),
        {"coordinator", "coordinator elsewhere"} | KEEPERS,
        ALL,
        own="secretary",
    ),
    "see which newsletters one was sent": Act(
        archive.received,
        lambda t, a: archive.received(t.writer, a, page=1),
        EVERYBODY,
        READING,
    ),
    "print letters": Act(
        archive.on_paper,
        lambda t, a: archive.on_paper(t.writer, a, _sent(t), now=NOW),
        KEEPERS,
        ALL,
        own="secretary",
    ),
    "say thank you": Act(
        thanking.say,
        lambda t, a: thanking.say(t.writer, a, t.posted, "Good", id=uuid4(), now=NOW),
        {"seller", "buyer"},
        TRADING,
        own="buyer",
    ),
    "answer a thank-you": Act(
        thanking.answer,
        lambda t, a: thanking.answer(t.writer, a, _said(t), "With joy", now=NOW),
        {"seller"},
        TRADING,
    ),
    "hide a thank-you": Act(
        thanking.hide,
        lambda t, a: thanking.hide(t.writer, a, _said(t), hidden=True),
        {"seller"},
        TRADING,
    ),
    "take a thank-you down": Act(
        thanking.remove,
        lambda t, a: thanking.remove(t.writer, a, _said(t), reason="no", now=NOW),
        NORTH,
        ALL,
        own="coordinator",
    ),
    "read a thank-you": Act(
        thanking.one,
        lambda t, a: thanking.one(t.writer, a, _said(t)),
        EVERYBODY,
        READING,
    ),
    "read what somebody is thanked for": Act(
        thanking.of_account,
        lambda t, a: thanking.of_account(t.writer, a, t.ann.account),
        EVERYBODY,
        READING,
    ),
    "read what was said for a trade": Act(
        thanking.of_trade,
        lambda t, a: thanking.of_trade(t.writer, a, t.posted),
        {"seller", "buyer", "coordinator", "secretary", "treasurer", "auditor"} | TOP,
        READING,
    ),
    "read what a stranger is thanked for": Act(
        thanking.of_stranger,
        lambda t, a: thanking.of_stranger(t.writer, a, "7@vila.example"),
        EVERYBODY,
        READING,
    ),
}
