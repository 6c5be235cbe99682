"""What the pages of news and of thank-yous are drawn with in tests."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4
from zoneinfo import ZoneInfo

from cesnode.community.news import Audience
from cesnode.community.roles import OPERATOR, Grant, Role
from cesnode.services import trading
from cesnode.services.news import announcing, planning, thanking, writing
from cesnode.services.news.circles import Meant
from cesnode.store import Writer, members
from cesnode.store.events import Event
from cesnode.store.newsletters import Attachment
from cesnode.web.hearing import announcements, events, newsletters, thanks
from cesnode.web.publishing import News
from tests.support.drawn import Values
from tests.support.drawn_trading import Seeing
from tests.support.exchanges import NOW, Person, acting_as, join, order

UTC = ZoneInfo("UTC")
CALENDARS = ("/calendar.ics", "/calendar/follow/x.ics")
SOON, PAST, LATER = "2025-07-16", "2025-06-01", "2025-08-01"


def hearing_pages(writer: Writer, person: Person) -> Mapping[str, Values]:
    """Return every page of news, as a keeper of it sees it who was thanked."""
    ida = join(writer, "Ida Ivy", area="North")
    members.grant(writer, person.member, Grant(Role.MEMBERSHIP_SECRETARY))
    said = _thanks(writer, ida, person)
    _announce(writer)
    event = str(plan(writer, day=PAST, until="2025-06-02").id)
    draft, sent = _newsletters(writer)
    unthanked = _trade(writer, ida, person)
    seen = Seeing(writer, person)
    own, values = seen(events.own)
    return {
        **dict(
            (
                seen(announcements.show_all),
                seen(announcements.show, id="1"),
                seen(announcements.new),
                seen(events.show_months, month=PAST[:7]),
                seen(events.show, id=event),
                seen(events.edit, id=event),
                seen(newsletters.show_all),
                seen(newsletters.show, id=sent),
                seen(newsletters.preview, id=draft),
                seen(newsletters.edit, id=draft),
                seen(newsletters.letters, id=sent),
                seen(thanks.ask, ref=unthanked),
                seen(thanks.show, id=said),
            )
        ),
        own: {**values, "made_at": NOW, "path": CALENDARS[1]},
    }


def public_news(writer: Writer) -> News:
    """Return what is told to everybody, and let there be something."""
    _announce(writer)
    plan(writer)
    return News(
        announced=announcing.public(writer, now=NOW),
        coming=planning.coming(writer, None, zone=UTC, now=NOW),
    )


def plan(
    writer: Writer, *, title: str = "tea", day: str = SOON, until: str = "2025-07-17"
) -> Event:
    wanted = planning.Plan(
        title=title,
        day=day,
        begins="19:30",
        until=until,
        ends="21:00",
        place="12",
        text="99",
        audience=Audience.PUBLIC,
    )
    return planning.plan(writer, OPERATOR, wanted, id=uuid4(), zone=UTC, now=NOW)


def _announce(writer: Writer) -> None:
    for since, until in (("", ""), (PAST, PAST), (LATER, "")):
        draft = announcing.Draft(
            title="tea", text="99", since=since, until=until, audience=Audience.PUBLIC
        )
        announcing.publish(writer, OPERATOR, draft, id=uuid4(), now=NOW)


def _newsletters(writer: Writer) -> tuple[str, str]:
    """Leave a draft with a file, and a newsletter that went out; return their numbers."""
    north = members.area(writer, "North")
    meant = Meant(area=north, idle_since=SOON, least="-9", most="9")
    drafted = writing.Draft(title="tea", text="99", meant=meant)
    draft = writing.draft(writer, OPERATOR, drafted, id=uuid4(), now=NOW)
    file = Attachment(name="a.txt", media_type="text/plain", file="0.paper", size=1)
    writing.enclose(writer, OPERATOR, draft.id, (file,))
    plain = writing.Draft(title="tea", text="99")
    made = writing.draft(writer, OPERATOR, plain, id=uuid4(), now=NOW)
    writing.send(writer, OPERATOR, made.id, now=NOW)
    return str(draft.id), str(made.id)


def _trade(writer: Writer, seller: Person, buyer: Person) -> str:
    wanted = order(seller, buyer, "4", description="eggs")
    return trading.record(writer, OPERATOR, wanted, now=NOW).trade.ref


def _thanks(writer: Writer, giver: Person, receiver: Person) -> str:
    ref = _trade(writer, receiver, giver)
    actor = acting_as(writer, giver)
    return str(thanking.say(writer, actor, ref, "99", id=uuid4(), now=NOW).id)
