"""What somebody hears who stays near a limit, how often, and what those see who help."""

from __future__ import annotations

from uuid import uuid4

import pytest

from cesnode.community.market import Kind
from cesnode.community.notices import Choice, Pace, Preferences, Topic
from cesnode.community.notices import Kind as Told
from cesnode.community.roles import OPERATOR, Role
from cesnode.ledger.accounts import AccountState
from cesnode.ledger.limits import Limits, Side, near
from cesnode.services import bell, trading
from cesnode.services.market import advising, keeping, publishing, watching
from cesnode.services.market.advising import AGAIN, STAYS
from cesnode.services.market.drafts import Draft
from cesnode.store import Writer, accounts
from tests.support.exchanges import DAY, NOW, Person, acting_as, join, order

LATER = NOW + STAYS
GIVE, RECEIVE = Told.ADVISED_TO_GIVE, Told.ADVISED_TO_RECEIVE


def put(
    writer: Writer, person: Person, kind: Kind, title: str, category: int | None = None
) -> int:
    draft = Draft(title=title, category=category)
    made = publishing.publish(
        writer, OPERATOR, kind, person.number, draft, id=uuid4(), now=NOW
    )
    return made.listing.id


def sort(writer: Writer, name: str) -> int:
    return keeping.add(writer, OPERATOR, name, now=NOW).id


def limit(writer: Writer, person: Person, floor: int, ceiling: int) -> None:
    accounts.set_floor(writer, person.account, floor, own=True)
    accounts.set_ceiling(writer, person.account, ceiling, own=True)


@pytest.fixture
def low(writer: Writer, ann: Person, bob: Person) -> Person:
    """Bob, who has received 90 of the 100 he may, while Ann may have 100 and has 90."""
    limit(writer, ann, -100_00, 100_00)
    limit(writer, bob, -100_00, 100_00)
    trading.record(writer, OPERATOR, order(ann, bob, "90"), now=NOW)
    advising.watch(writer, now=NOW)
    return bob


def heard(writer: Writer, person: Person) -> list[tuple[Told, str]]:
    found = bell.notices_of(writer, acting_as(writer, person))
    return [(one.kind, one.words) for one in found if one.kind in {GIVE, RECEIVE}]


def advised(writer: Writer, person: Person, *, now: int = LATER) -> list[str]:
    found = advising.of_member(writer, acting_as(writer, person), now=now)
    return [one.title for one in found.listings] if found else []


@pytest.mark.parametrize(
    ("balance", "floor", "ceiling", "side"),
    [
        (-81, -100, 100, Side.FLOOR),
        (-80, -100, 100, None),
        (-120, -100, 100, Side.FLOOR),
        (81, -100, 100, Side.CEILING),
        (80, -100, 100, None),
        (-81, None, 100, None),
        (0, 0, 100, None),
        (0, -100, 0, None),
        (-1, -4, 4, None),
    ],
)
def test_the_last_fifth_before_a_limit_is_near(
    balance: int, floor: int | None, ceiling: int | None, side: Side | None
) -> None:
    assert near(balance, Limits(floor, ceiling)) is side


def test_who_stays_low_hears_what_others_look_for_that_they_offer(
    writer: Writer, low: Person, ann: Person
) -> None:
    put(writer, low, Kind.OFFERING, "Mending bicycles")
    put(writer, ann, Kind.WANT, "Somebody who mends my bicycles")
    put(writer, ann, Kind.OFFERING, "Bicycles for a day")

    advising.tell(writer, now=LATER)

    assert heard(writer, low) == [(GIVE, "Somebody who mends my bicycles")]
    assert advised(writer, low) == ["Somebody who mends my bicycles"]


def test_who_offers_nothing_yet_hears_where_most_is_looked_for(
    writer: Writer, low: Person, ann: Person
) -> None:
    food, tools = sort(writer, "Food"), sort(writer, "Tools")
    for title, category in (("Bread", food), ("Jam", food), ("A ladder", tools)):
        put(writer, ann, Kind.WANT, title, category)

    advising.tell(writer, now=LATER)

    assert heard(writer, low) == [(GIVE, "Food, Tools")]


def test_wants_of_the_same_category_follow_those_of_the_same_words(
    writer: Writer, low: Person, ann: Person
) -> None:
    food = sort(writer, "Food")
    put(writer, low, Kind.OFFERING, "Rye bread", food)
    put(writer, ann, Kind.WANT, "Cake for Sunday", food)
    put(writer, ann, Kind.WANT, "Bread without salt", food)

    assert advised(writer, low) == ["Bread without salt", "Cake for Sunday"]


def test_who_stays_high_hears_what_they_look_for_marked_and_who_would_be_glad(
    writer: Writer, low: Person, ann: Person, cem: Person
) -> None:
    put(writer, ann, Kind.WANT, "Honey")
    put(writer, low, Kind.OFFERING, "Singing lessons")
    marked = put(writer, cem, Kind.OFFERING, "A boat trip")
    watching.like(writer, acting_as(writer, ann), marked, now=NOW)
    put(writer, cem, Kind.OFFERING, "Dry wood")
    put(writer, cem, Kind.OFFERING, "Honey from the hill")

    advising.tell(writer, now=LATER)

    named = ["Honey from the hill", "A boat trip", "Singing lessons"]
    assert advised(writer, ann) == named
    assert heard(writer, ann) == [(RECEIVE, ", ".join(named))]


def test_nobody_hears_before_two_weeks_or_more_often_than_every_two(
    writer: Writer, low: Person, ann: Person
) -> None:
    put(writer, ann, Kind.WANT, "Bread")
    put(writer, low, Kind.OFFERING, "Bread")
    counts = []
    for day in (NOW + DAY, LATER - 1, LATER, LATER + DAY, LATER + AGAIN):
        advising.watch(writer, now=day)
        advising.tell(writer, now=day)
        counts.append(len(heard(writer, low)))

    assert counts == [0, 0, 1, 1, 2]
    assert advised(writer, low, now=LATER - 1) == []


def test_who_moves_away_from_a_limit_begins_anew(
    writer: Writer, low: Person, ann: Person
) -> None:
    put(writer, ann, Kind.WANT, "Bread")
    put(writer, low, Kind.OFFERING, "Bread")
    trading.record(writer, OPERATOR, order(low, ann, "50"), now=LATER - DAY)

    at_once = advised(writer, low)
    advising.watch(writer, now=LATER)
    advising.tell(writer, now=LATER)

    assert at_once == []
    assert heard(writer, low) == []
    assert advising.staying(writer, OPERATOR, now=LATER + STAYS) == []


def test_where_the_market_has_nothing_nobody_is_told_anything(
    writer: Writer, low: Person
) -> None:
    advising.tell(writer, now=LATER)

    assert heard(writer, low) == []
    assert advised(writer, low) == []


def test_who_wishes_no_advice_gets_none(writer: Writer, low: Person, ann: Person) -> None:
    put(writer, ann, Kind.WANT, "Bread")
    put(writer, low, Kind.OFFERING, "Bread")
    wishes = Preferences(choices={Topic.ADVICE: Choice(bell=False, mail=Pace.NEVER)})
    actor = acting_as(writer, low)
    bell.set_preferences(writer, actor, low.member, wishes, now=NOW)

    advising.tell(writer, now=LATER)

    assert advised(writer, low) == []
    assert heard(writer, low) == []


def test_who_helps_sees_who_stays_near_a_limit_by_name(
    writer: Writer, low: Person, ann: Person
) -> None:
    auditor = join(writer, "Alva", role=Role.AUDITOR)

    before = advising.staying(writer, acting_as(writer, auditor), now=LATER - 1)
    after = advising.staying(writer, acting_as(writer, auditor), now=LATER)

    assert before == []
    assert [(one.number, one.side) for one in after] == [
        (ann.number, Side.CEILING),
        (low.number, Side.FLOOR),
    ]


@pytest.mark.usefixtures("low")
def test_a_coordinator_sees_their_own_area_alone(writer: Writer) -> None:
    south = join(writer, "Sol", role=Role.COORDINATOR, area="Far South")

    assert advising.staying(writer, acting_as(writer, south), now=LATER) == []


def test_who_was_closed_stays_near_nothing(writer: Writer, low: Person) -> None:
    accounts.set_state(writer, low.account, AccountState.CLOSED)

    advising.watch(writer, now=LATER)

    found = advising.staying(writer, OPERATOR, now=LATER)
    assert low.number not in [one.number for one in found]
