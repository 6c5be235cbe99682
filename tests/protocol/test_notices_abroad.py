"""What members are told of trades with another exchange."""

from __future__ import annotations

from cesnode.community.notices import Kind
from cesnode.community.roles import OPERATOR
from cesnode.services import dealing
from cesnode.services.membership import changing
from cesnode.services.membership.changing import Changes
from cesnode.store import Reader, Writer, notices
from tests.support.exchanges import acting_as
from tests.support.federation import people
from tests.support.nodes import Node
from tests.support.stage import Stage, order_for
from tests.support.wire import hear, receive


def told(node: Node) -> list[tuple[int, Kind]]:
    """Return who was told what: people by their place among those of the exchange."""

    def read(reader: Reader) -> list[tuple[int, Kind]]:
        places = {person.member: place for place, person in enumerate(people(reader), 1)}
        found = notices.after(reader, 0, limit=100)
        return [(places[one.member], one.kind) for one in found]

    return node.read(read)


def carried(stage: Stage, sender: Node, receiver: Node) -> None:
    parcel = stage.letter(sender, receiver)
    hear(parcel, receive(receiver, parcel.request))


def test_both_sides_are_told_when_a_payment_has_arrived(stage: Stage, paid: str) -> None:
    assert paid
    assert told(stage.oak) == [(1, Kind.DONE_ABROAD)]
    assert told(stage.vila) == [(1, Kind.RECEIVED)]


def test_who_paid_is_told_when_it_came_back(stage: Stage) -> None:
    stage.buys(1, "1.00", seller="9999")

    carried(stage, stage.oak, stage.vila)

    assert told(stage.oak) == [(1, Kind.CAME_BACK)]
    assert told(stage.vila) == []


def test_who_is_asked_from_elsewhere_is_told_and_hears_how_it_ends(stage: Stage) -> None:
    bill = order_for("1", f"0001@{stage.oak.name}", "1.00")
    stage.enter(stage.vila, 1, bill)

    carried(stage, stage.vila, stage.oak)

    assert told(stage.oak) == [(1, Kind.ASKED)]
    assert told(stage.vila) == []

    def say_no(writer: Writer) -> None:
        (uuid,) = writer.one("SELECT uuid FROM trades WHERE state = 'requested'")
        actor = acting_as(writer, people(writer)[0])
        dealing.decline(writer, stage.oak.key, actor, uuid_text(uuid), now=stage.oak.now)

    stage.oak.write(say_no)
    carried(stage, stage.oak, stage.vila)

    assert told(stage.oak) == [(1, Kind.ASKED)]
    assert told(stage.vila) == [(1, Kind.DECLINED)]


def test_who_wants_to_be_asked_before_receiving_is(stage: Stage) -> None:
    def ask_me(writer: Writer) -> None:
        number = people(writer)[0].number
        changes = Changes(approves_receipts=True)
        changing.change(writer, OPERATOR, number, changes, now=stage.vila.now)

    stage.vila.write(ask_me)
    stage.buys(1, "1.00")

    carried(stage, stage.oak, stage.vila)

    assert told(stage.vila) == [(1, Kind.TO_CONFIRM)]
    assert told(stage.oak) == []


def uuid_text(uuid: bytes) -> str:
    return uuid.hex()
