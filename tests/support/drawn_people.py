"""What the pages of people and of one's own are drawn with in tests."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from cesnode.community.market import Kind
from cesnode.community.profiles import Audience, Contact
from cesnode.community.roles import OPERATOR, Role
from cesnode.ledger.limits import Side
from cesnode.services import profiles, trading
from cesnode.services.market import publishing
from cesnode.services.market.advising import STAYS
from cesnode.services.market.drafts import Draft
from cesnode.services.profiles import Told
from cesnode.store import Writer, members, near_limits
from cesnode.store.pictures import Picture
from cesnode.web.me import choices, data, leaving, profile
from cesnode.web.people import showing, telling
from tests.support.drawn import Values
from tests.support.drawn_trading import Seeing
from tests.support.exchanges import NOW, Person, join, order

TOLD = Told(
    about="99",
    phone="555 0107",
    mobile="555 0108",
    address="12",
    website="https://a.b",
    place="38.7223, -9.1393",
    languages="de, en",
    absent_until="2025-08-01",
    absence="101",
    audiences=dict.fromkeys(Contact, Audience.MEMBERS),
)
FACE = Picture(small="a" * 32 + ".webp", large="b" * 32 + ".webp", width=9, height=9)


def people_pages(writer: Writer, person: Person) -> Mapping[str, Values]:
    """Return every page of people, as a person sees it who trades with somebody."""
    ida = join(writer, "Ida Ivy", area="North")
    trading.record(writer, OPERATOR, order(ida, person, "4", description="eggs"), now=NOW)
    tell_all(writer, ida)
    near_limits.put(writer, ida.account, Side.FLOOR, now=NOW - STAYS)
    seen = Seeing(writer, person)
    keeping = Seeing(writer, join(writer, "Kay", role=Role.AUDITOR))
    return dict(
        (
            seen(showing.directory),
            seen(showing.person, number=ida.number),
            keeping(showing.near_limits),
            seen(telling.show),
            seen(profile.show),
            seen(profile.photo),
            seen(choices.notices),
            seen(choices.language),
            seen(data.show),
            seen(leaving.show),
        )
    )


def tell_all(writer: Writer, person: Person) -> None:
    """Let somebody tell all there is to tell, and offer and want something."""
    members.set_email(writer, person.member, "ida@x.io")
    profiles.change(writer, OPERATOR, person.member, TOLD, now=NOW)
    profiles.set_photo(writer, OPERATOR, person.member, FACE, now=NOW)
    for kind in Kind:
        publishing.publish(
            writer,
            OPERATOR,
            kind,
            person.number,
            Draft(title="tea", price="3"),
            id=uuid4(),
            now=NOW,
        )
