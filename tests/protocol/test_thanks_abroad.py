"""Thank-yous for trades with another exchange: read where they are said alone."""

from __future__ import annotations

from uuid import uuid4

import pytest

from cesnode.community.notices import Kind
from cesnode.community.roles import OPERATOR
from cesnode.errors import Code
from cesnode.services import bell
from cesnode.services.news import thanking
from cesnode.services.news.thanking import Said
from cesnode.store import Reader, Writer, acts, trades
from tests.support.exchanges import acting_as, refused
from tests.support.nodes import Node
from tests.support.relaying import member
from tests.support.stage import Stage
from tests.support.wire import hear, next_letters, receive

VERA, ANN = "0001@vila.example", "0001@oakv.example"
WORDS = "Lovely vegetables, and such a welcome!"


def deliver(stage: Stage) -> None:
    parcel = stage.letter(stage.oak, stage.vila)
    hear(parcel, receive(stage.vila, parcel.request))


def ref_at(node: Node) -> str:
    """Return the reference of the only trade with another exchange at a node."""

    def read(reader: Reader) -> str:
        (number,) = reader.one("SELECT id FROM trades WHERE other IS NOT NULL")
        return trades.by_id(reader, number).ref

    return node.read(read)


def says(node: Node, words: str = WORDS) -> int:
    """Let a node's first member thank the other side; return the thank-you."""

    def work(writer: Writer) -> int:
        actor = acting_as(writer, member(writer, 1))
        ref = ref_at(node)
        return thanking.say(writer, actor, ref, words, id=uuid4(), now=node.now).id

    return node.write(work)


def read_of(node: Node, address: str, serial: int = 2) -> list[Said]:
    """Return what another member of a node reads of somebody in another exchange."""

    def read(reader: Reader) -> list[Said]:
        actor = acting_as(reader, member(reader, serial))
        return list(thanking.of_stranger(reader, actor, address))

    return node.read(read)


@pytest.mark.usefixtures("paid")
def test_all_members_here_read_it_of_the_stranger_and_nobody_there_does(
    stage: Stage,
) -> None:
    says(stage.oak)

    (said,) = read_of(stage.oak, VERA)
    assert (said.words, said.is_mine, said.may_answer) == (WORDS, False, False)
    assert read_of(stage.vila, VERA) == read_of(stage.vila, ANN) == []
    assert read_of(stage.waha, VERA) == []


@pytest.mark.usefixtures("paid")
def test_nothing_of_it_crosses(stage: Stage) -> None:
    says(stage.oak)
    says(stage.vila, "So quick to pay!")

    assert next_letters(stage.oak, stage.vila.name) is None
    assert next_letters(stage.vila, stage.oak.name) is None


@pytest.mark.usefixtures("paid")
def test_either_side_thanks_the_other_at_home_once(stage: Stage) -> None:
    says(stage.oak)
    says(stage.vila, "So quick to pay!")

    with refused(Code.WRONG_STATE):
        says(stage.oak, "And once more!")
    assert [one.words for one in read_of(stage.oak, VERA)] == [WORDS]
    assert [one.words for one in read_of(stage.vila, ANN)] == ["So quick to pay!"]


def test_nobody_thanks_before_the_other_exchange_has_agreed(stage: Stage) -> None:
    stage.buys(1, "1.00")

    with refused(Code.WRONG_STATE):
        says(stage.oak)
    deliver(stage)
    says(stage.oak)

    assert [one.words for one in read_of(stage.oak, VERA)] == [WORDS]


@pytest.mark.usefixtures("paid")
def test_it_is_taken_down_with_a_reason_that_stays_and_is_told(stage: Stage) -> None:
    number = says(stage.oak)

    stage.oak.write(
        thanking.remove, OPERATOR, number, reason="It names a child", now=stage.now
    )

    def after(reader: Reader) -> tuple[list[str | None], list[str]]:
        actor = acting_as(reader, member(reader, 1))
        told = bell.notices_of(reader, actor)
        notes = [act.note for act in acts.about(reader, f"thanks:{number}")]
        return notes, [one.reason for one in told if one.kind is Kind.THANKS_REMOVED]

    assert read_of(stage.oak, VERA) == []
    assert stage.oak.read(after) == (["It names a child"], ["It names a child"])
