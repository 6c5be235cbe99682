"""Groups of two exchanges over a wire that loses and repeats: both agree in the end."""

from __future__ import annotations

from random import Random

import pytest

from cesnode.community.groups import Seat
from cesnode.store import Reader
from tests.support.nodes import Node
from tests.support.stage import Stage
from tests.support.talking import talk
from tests.support.visiting import Visitor, both_allow, guests, hear, known, open_group
from tests.support.wire import hear as take_in
from tests.support.wire import next_letters, receive

_STEPS = 60


def mumble(chance: Random, one: Node, other: Node) -> None:
    """Send what is due next: it may be lost, or its answer, or come twice."""
    for _ in range(chance.randint(1, 3)):
        parcel = next_letters(one, other.name)
        if parcel is None or chance.random() < 0.2:
            return
        answer = receive(other, parcel.request)
        if chance.random() < 0.3:
            receive(other, parcel.request)  # The very same once more: a replay.
        if chance.random() < 0.3:
            continue
        take_in(parcel, answer)


@pytest.mark.parametrize("seed", range(4))
def test_what_both_sides_have_is_the_same_once_all_is_said(stage: Stage, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - to be repeatable
    both_allow(stage.oak, stage.vila)
    steward = Visitor(stage.oak, 1, open_group(stage.oak))
    hear(stage.oak, stage.vila)
    two, three = (Visitor(stage.vila, each, known(stage.vila)) for each in (2, 3))
    two.join()

    for step in range(_STEPS):
        stage.now += 60
        act(chance, steward, two, three, step)
        mumble(chance, stage.oak, stage.vila)
        mumble(chance, stage.vila, stage.oak)
    stage.now += 2 * 3_600
    hear(stage.oak, stage.vila)
    stage.now += 2 * 3_600
    talk(stage.oak, stage.vila)

    inside = [one for one in (two, three) if one.seat() is Seat.MEMBER]
    assert {one.address for one in guests(stage.oak, steward.group)} == {
        f"000{one.serial}@{stage.vila.name}" for one in inside
    }
    for one in inside:
        assert sorted(one.titles()) == sorted(steward.titles())
    assert stage.oak.read(shown_here) == stage.vila.read(put_up_there)


def shown_here(reader: Reader) -> set[bytes]:
    """Return what stands on the board from elsewhere."""
    return {item for (item,) in reader.all("SELECT item FROM group_shown")}


def put_up_there(reader: Reader) -> set[bytes]:
    """Return what members have put on boards."""
    sql = "SELECT l.uuid FROM group_boards AS b JOIN listings AS l ON l.id = b.listing_id"
    return {item for (item,) in reader.all(sql)}


def act(chance: Random, steward: Visitor, two: Visitor, three: Visitor, step: int) -> None:
    """Let one of the three do something, if they can."""
    match chance.randrange(6):
        case 0:
            steward.write(f"Home {step}")
        case 1 if two.seat() is Seat.MEMBER:
            two.write(f"Away {step}")
        case 2 if three.seat() is None:
            three.join()
        case 3 if three.seat() is Seat.MEMBER:
            three.leave()
        case 4 if steward.titles():
            steward.take_away(chance.choice(steward.titles()))
        case 5 if two.seat() is Seat.MEMBER:
            two.put_up(f"Beans {step}")
        case _:
            pass
