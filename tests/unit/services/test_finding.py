"""Whom a text means: numbers in every shape, names as people type them, addresses."""

from __future__ import annotations

import pytest

from cesnode.community.roles import OPERATOR, Role
from cesnode.errors import Code
from cesnode.services import finding, profiles
from cesnode.services.membership import closing
from cesnode.services.profiles import Told
from cesnode.store import Writer, accounts, exchanges
from tests.support.exchanges import NOW, Person, acting_as, join, order, record_as, refused


def found(writer: Writer, who: Person, text: str) -> list[str]:
    exchange, own = exchanges.load(writer, NOW), accounts.by_id(writer, who.account)
    people = finding.find(writer, exchange, acting_as(writer, who), text, own=own)
    return [person.number for person in people]


@pytest.mark.parametrize("text", ["2", "0002", "oakv0002", "OAKV 0002", " OAKV-0002 "])
def test_a_number_is_understood_in_every_shape(
    writer: Writer, ann: Person, bob: Person, text: str
) -> None:
    assert found(writer, ann, text) == [bob.number]


@pytest.mark.parametrize("text", ["bob", "BEECH", "Bob Beech", "beech bob", "bee"])
def test_a_name_is_found_by_any_of_its_words(
    writer: Writer, ann: Person, bob: Person, text: str
) -> None:
    assert found(writer, ann, text) == [bob.number]


def test_accents_need_not_be_typed(writer: Writer, ann: Person) -> None:
    joao = join(writer, "João Teixeira")

    assert found(writer, ann, "joao") == [joao.number]


def test_several_of_one_name_are_all_there_whole_words_first(
    writer: Writer, ann: Person, bob: Person
) -> None:
    bobby, other = join(writer, "Bobby Ash"), join(writer, "Bob Alder")

    assert found(writer, ann, "bob") == [other.number, bob.number, bobby.number]


def test_one_does_not_find_oneself_nor_who_has_left(
    writer: Writer, ann: Person, bob: Person
) -> None:
    closing.close(writer, OPERATOR, bob.number, now=NOW)

    for text in ("bob", "ann", "zzz", "%"):
        with refused(Code.UNKNOWN_ACCOUNT, field="who"):
            found(writer, ann, text)
    with refused(Code.UNKNOWN_ACCOUNT, field="who"):
        found(writer, ann, bob.number)
    with refused(Code.SAME_ACCOUNT, field="who"):
        found(writer, ann, ann.number)


@pytest.mark.parametrize("text", ["", "   ", "\ud800"])
def test_nothing_is_answered_with_a_question(
    writer: Writer, ann: Person, text: str
) -> None:
    with refused(Code.FIELD_INVALID, field="who"):
        found(writer, ann, text)


@pytest.mark.parametrize("text", ["VILA0007", "0007@vila.example"])
def test_an_exchange_that_is_no_neighbour_is_named(
    writer: Writer, ann: Person, text: str
) -> None:
    with refused(Code.UNKNOWN_PEER, field="who"):
        found(writer, ann, text)


def test_people_of_late_are_there_once_the_latest_first(
    writer: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    for buyer in (bob, cem, bob, bob):
        record_as(writer, ann, order(ann, buyer, "1"))

    own = accounts.by_id(writer, ann.account)
    people = finding.recent(writer, acting_as(writer, ann), own)

    assert [person.name for person in people] == ["Bob Beech", "Cem Cedar"]


def test_who_does_not_wish_to_be_listed_is_found_by_number_alone(
    writer: Writer, ann: Person, bob: Person
) -> None:
    actor = acting_as(writer, bob)
    profiles.change(writer, actor, bob.member, Told(listed=False), now=NOW)

    with refused(Code.UNKNOWN_ACCOUNT, field="who"):
        found(writer, ann, "bob")
    assert found(writer, ann, "2") == [bob.number]


def test_who_looks_after_everybody_finds_the_unlisted_too(
    writer: Writer, bob: Person
) -> None:
    actor = acting_as(writer, bob)
    profiles.change(writer, actor, bob.member, Told(listed=False), now=NOW)
    keeper = join(writer, "Kit Keeper", role=Role.MEMBERSHIP_SECRETARY)

    assert found(writer, keeper, "bob") == [bob.number]
