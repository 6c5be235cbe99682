"""The same id with the same content gets the same answer; other content is refused."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.errors import Code, IdReused
from cesnode.services import trading
from cesnode.services.membership import locking
from cesnode.store import Writer, trades
from tests.support.exchanges import (
    NOW,
    Person,
    balances,
    order,
    record_as,
    refused,
)


def test_the_same_id_gets_the_same_answer(writer: Writer, ann: Person, bob: Person) -> None:
    first = record_as(writer, bob, order(ann, bob, "12.50", id=(same := uuid4())))

    again = record_as(writer, bob, order(ann.number.lower(), "2", "12,5", id=same))

    assert again == trading.Recorded(first.trade, created=False)
    assert balances(writer, ann, bob) == (1250, -1250)


def test_the_same_id_gets_the_same_answer_when_it_could_not_be_done_now(
    writer: Writer, ann: Person, bob: Person
) -> None:
    first = record_as(writer, bob, order(ann, bob, "100", id=(same := uuid4())))
    locking.lock(writer, OPERATOR, bob.number, reason="on leave", now=NOW)

    again = record_as(writer, bob, order(ann, bob, "100", id=same))

    assert again.trade.id == first.trade.id
    assert not again.created


@pytest.mark.parametrize(
    "other",
    [
        {"amount": "12.51"},
        {"description": "something else"},
        {"event_on": "2025-01-01"},
        {"asking": True},
    ],
    ids=lambda other: next(iter(other)),
)
def test_an_id_with_other_content_is_refused(
    writer: Writer, ann: Person, bob: Person, other: dict[str, Any]
) -> None:
    content = {"amount": "12.50", "description": "soup", "event_on": "2025-06-30"}
    asked: dict[str, Any] = {**content, "id": uuid4()}
    record_as(writer, ann, order(ann, bob, **asked))

    with refused(Code.ID_REUSED, field="id"):
        record_as(writer, ann, order(ann, bob, **{**asked, **other}))


def test_an_id_with_other_sides_is_refused(
    writer: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    record_as(writer, bob, order(ann, bob, id=(same := uuid4())))

    with refused(Code.ID_REUSED, field="id"):
        record_as(writer, bob, order(bob, ann, id=same))
    with refused(Code.ID_REUSED, field="id"):
        record_as(writer, bob, order(cem, bob, id=same))


def test_another_member_s_id_is_refused_and_tells_nothing(
    writer: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    made = record_as(writer, bob, order(ann, bob, "12.50", id=(same := uuid4())))

    with refused(Code.NOT_ALLOWED):
        record_as(writer, cem, order(ann, bob, "12.50", id=same))
    with pytest.raises(IdReused) as caught:
        record_as(writer, cem, order(ann, cem, "12.50", id=same))
    assert made.trade.ref not in str(caught.value)
    assert ann.number not in str(caught.value)


def test_erased_words_do_not_make_another_trade(
    writer: Writer, ann: Person, bob: Person
) -> None:
    made = record_as(writer, bob, order(ann, bob, id=(same := uuid4())))
    trades.erase_words(writer, made.trade.id)

    again = record_as(writer, bob, order(ann, bob, id=same))

    assert again.trade.id == made.trade.id
    assert again.trade.description is None
