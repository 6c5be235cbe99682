"""The directory, and one person with what their trades came to."""

from __future__ import annotations

from fractions import Fraction
from uuid import uuid4

import pytest

from cesnode.community.market import Kind
from cesnode.community.roles import OPERATOR, Actor, Role
from cesnode.community.rules import RecordShown
from cesnode.errors import Code
from cesnode.ledger.accounts import AccountKind
from cesnode.services import account_views, authority, people, profiles, reading
from cesnode.services.market import publishing
from cesnode.services.market.drafts import Draft
from cesnode.services.people import PAGE, Wanted
from cesnode.services.profiles import Told
from cesnode.store import Writer, accounts, exchanges
from tests.support.exchanges import (
    NOW,
    Person,
    acting_as,
    join,
    order,
    record_as,
    refused,
    set_rules,
)


def names(writer: Writer, actor: Actor, **wanted: object) -> list[str]:
    found = people.directory(writer, actor, Wanted(**wanted), now=NOW)  # type: ignore[arg-type]
    return [one.name for one in found.people]


@pytest.fixture
def actor(writer: Writer, ann: Person) -> Actor:
    return acting_as(writer, ann)


def offer(writer: Writer, person: Person, title: str) -> None:
    publishing.publish(
        writer,
        OPERATOR,
        Kind.OFFERING,
        person.number,
        Draft(title=title),
        id=uuid4(),
        now=NOW,
    )


@pytest.mark.usefixtures("bob")
def test_everybody_is_listed_by_name_the_community_too(
    writer: Writer, actor: Actor
) -> None:
    found = people.directory(writer, actor, Wanted(), now=NOW)

    assert [one.number for one in found.people][-1] == "OAKV0000"
    assert [one.name for one in found.people] == sorted(one.name for one in found.people)


def test_people_are_found_by_name_number_and_what_they_offer(
    writer: Writer, actor: Actor
) -> None:
    ida = join(writer, "Ida Ivy")
    offer(writer, ida, "Sourdough bread")

    for words in ("ivy", ida.number[-2:], "sourdough", "BREAD"):
        assert names(writer, actor, words=words) == ["Ida Ivy"]
    assert names(writer, actor, words="%") == []
    assert names(writer, actor, words="\ud800") == []


def test_people_are_found_by_area_and_language(writer: Writer, actor: Actor) -> None:
    ida, bob = join(writer, "Ida", area="North"), join(writer, "Bo", area="South")
    for person, languages in ((ida, "isiXhosa, English"), (bob, "English")):
        told = Told(languages=languages)
        profiles.change(writer, OPERATOR, person.member, told, now=NOW)
    found = people.directory(writer, actor, Wanted(), now=NOW)
    (north,) = (number for number, name in found.areas.items() if name == "North")

    assert list(found.languages) == ["English", "isiXhosa"]
    assert names(writer, actor, area=north) == ["Ann Ash", "Ida"]
    assert names(writer, actor, language="isixhosa") == ["Ida"]
    assert names(writer, actor, language="English") == ["Bo", "Ida"]
    assert names(writer, actor, language="English", area=north) == ["Ida"]


def test_who_does_not_wish_to_be_listed_is_not(writer: Writer, actor: Actor) -> None:
    ida = join(writer, "Ida Ivy")
    offer(writer, ida, "bread")
    profiles.change(writer, OPERATOR, ida.member, Told(listed=False), now=NOW)

    assert "Ida Ivy" not in names(writer, actor)
    assert names(writer, actor, words="bread") == []
    assert reading.directory(writer, actor, like="ida", limit=9) == []
    assert people.person(writer, actor, ida.number, now=NOW).account.name == "Ida Ivy"
    (kept,) = reading.directory(writer, OPERATOR, like="ida", limit=9)
    assert kept.name == "Ida Ivy"


def test_long_lists_come_page_by_page_and_nobody_twice(writer: Writer) -> None:
    for number in range(PAGE + 3):
        join(writer, f"Person {number:02}")
    first = people.directory(writer, OPERATOR, Wanted(), now=NOW)
    second = people.directory(writer, OPERATOR, Wanted(page=2), now=NOW)

    assert (len(first.people), first.has_more, second.has_more) == (PAGE, True, False)
    numbers = [one.number for one in (*first.people, *second.people)]
    assert len(numbers) == len(set(numbers)) == PAGE + 4


def test_a_line_counts_what_is_on_the_market(writer: Writer, actor: Actor) -> None:
    ida = join(writer, "Ida")
    offer(writer, ida, "bread")
    offer(writer, ida, "jam")

    (line,) = people.directory(writer, actor, Wanted(words="Ida"), now=NOW).people

    assert line.offerings == 2


def test_a_record_is_what_the_trades_came_to(
    writer: Writer, actor: Actor, ann: Person, bob: Person, cem: Person
) -> None:
    for seller, buyer, amount in (
        (ann, bob, "30"),
        (ann, bob, "20"),
        (ann, cem, "10"),
        (bob, ann, "40"),
    ):
        record_as(writer, seller, order(seller, buyer, amount))

    record = people.person(writer, actor, ann.number, now=NOW).record

    assert record is not None
    assert (record.balance, record.sales, record.purchases) == (20_00, 60_00, 40_00)
    assert (record.sold, record.bought, record.turnover) == (3, 1, 100_00)
    assert (record.ratio, record.partners) == (Fraction(3, 2), 2)
    assert record.last_trade_at == NOW


def test_who_never_bought_has_no_ratio(writer: Writer, actor: Actor, bob: Person) -> None:
    record = people.person(writer, actor, bob.number, now=NOW).record

    assert record is not None
    assert (record.ratio, record.partners, record.last_trade_at) == (None, 0, None)


def test_an_exchange_may_keep_records_to_those_concerned(
    writer: Writer, ann: Person, cem: Person
) -> None:
    set_rules(writer, trading_record=RecordShown.NOBODY)
    north = join(writer, "Nora", area="North")
    keeper = join(writer, "Kay", role=Role.COORDINATOR, area="North")

    def shows(who: Person, whom: Person) -> bool:
        actor = acting_as(writer, who)
        return people.person(writer, actor, whom.number, now=NOW).record is not None

    assert (shows(ann, cem), shows(cem, cem)) == (False, True)
    assert (shows(keeper, north), shows(keeper, cem)) == (True, False)


def test_the_interface_keeps_them_too(writer: Writer, ann: Person, bob: Person) -> None:
    set_rules(writer, trading_record=RecordShown.NOBODY)
    exchange, actor = exchanges.load(writer, NOW), acting_as(writer, ann)
    listed = reading.directory(writer, actor, like="", limit=99)

    told = {
        (one.balance, one.sales) for one in account_views.directory(exchange, actor, listed)
    }

    assert told == {(None, None)}
    with refused(Code.NOT_ALLOWED):
        authority.require_record(exchange, actor, accounts.by_id(writer, bob.account))
    authority.require_record(exchange, actor, accounts.by_id(writer, ann.account))


def test_open_accounts_show_their_statement_to_every_member(
    writer: Writer, actor: Actor, bob: Person
) -> None:
    stall = join(writer, "Stall", kind=AccountKind.PUBLIC)

    def reads(number: str) -> bool:
        return people.person(writer, actor, number, now=NOW).may_read_entries

    assert (reads(stall.number), reads("OAKV0000"), reads(bob.number)) == (
        True,
        True,
        False,
    )


def test_accounts_for_book_keeping_are_nobody(writer: Writer, actor: Actor) -> None:
    with refused(Code.UNKNOWN_ACCOUNT):
        people.person(writer, actor, "OAKV-OPENING", now=NOW)
