"""Groups with members of two exchanges: joined, written in, left, and taken away again."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from cesnode.community.groups import Door, Seat, Voice
from cesnode.community.market import Audience
from cesnode.community.notices import Kind as Notice
from cesnode.community.roles import OPERATOR
from cesnode.errors import Code
from cesnode.services import bell, my_data, parting
from cesnode.services.groups import keeping, seating
from cesnode.services.groups.keeping import Charter
from cesnode.services.guests import receiving
from cesnode.services.market import finding
from cesnode.services.market.finding import Wanted
from cesnode.services.peering import standing
from cesnode.store import Reader, Writer
from tests.support.exchanges import acting_as, refused
from tests.support.nodes import Node
from tests.support.relaying import member
from tests.support.stage import Stage
from tests.support.talking import talk
from tests.support.visiting import (
    NAME,
    Visitor,
    allow,
    both_allow,
    count,
    guests,
    hear,
    is_known,
    known,
    open_group,
    tend,
)


def told(node: Node, serial: int) -> list[Notice]:
    def read(reader: Reader) -> list[Notice]:
        actor = acting_as(reader, member(reader, serial))
        return [one.kind for one in bell.notices_of(reader, actor)]

    return node.read(read)


@pytest.fixture
def steward(stage: Stage) -> Visitor:
    """Ann of Oakvale, who leads an open group that neighbours may come into."""
    both_allow(stage.oak, stage.vila)
    return Visitor(stage.oak, 1, open_group(stage.oak))


@pytest.fixture
def guest(stage: Stage, steward: Visitor) -> Visitor:
    """A member of Vila Nova who is in the group."""
    hear(steward.node, stage.vila)
    visitor = Visitor(stage.vila, 2, known(stage.vila))
    visitor.join()
    talk(steward.node, stage.vila)
    return visitor


def test_a_neighbour_s_open_group_is_listed_and_can_be_joined(
    stage: Stage, steward: Visitor
) -> None:
    hear(stage.oak, stage.vila)
    visitor = Visitor(stage.vila, 2, known(stage.vila))

    before = visitor.join()
    talk(stage.oak, stage.vila)

    assert before is Seat.ASKED
    assert visitor.seat() is Seat.MEMBER
    (one,) = guests(stage.oak, steward.group)
    assert one.address == f"0002@{stage.vila.name}"
    assert "@" not in one.name
    assert steward.sees().members == 2


def test_what_is_written_on_either_side_is_read_on_both(
    stage: Stage, steward: Visitor, guest: Visitor
) -> None:
    steward.write("We dig", "On **Saturday**")
    talk(stage.oak, stage.vila)
    guest.write("I bring seeds")
    guest.write("And a spade")
    talk(stage.oak, stage.vila)
    steward.reply("Good")
    talk(stage.oak, stage.vila)

    assert steward.titles() == ["And a spade", "I bring seeds", "We dig"]
    assert guest.titles() == steward.titles()
    assert guest.notices()[0].replies == 1
    assert told(stage.vila, 2)[:2] == [Notice.GROUP_REPLY, Notice.GROUP_NOTICE]
    assert told(stage.oak, 1).count(Notice.GROUP_NOTICE) == 2
    inside = guest.sees().inside
    assert inside is not None
    assert inside.underway == []


def test_words_are_on_their_way_until_the_home_has_told_of_them(guest: Visitor) -> None:
    guest.write("I bring seeds")

    inside = guest.sees().inside
    assert inside is not None
    assert [one.title for one in inside.underway] == ["I bring seeds"]
    assert guest.titles() == []


def test_the_same_form_sent_twice_is_one_notice(
    stage: Stage, steward: Visitor, guest: Visitor
) -> None:
    item = uuid4()

    guest.write("Seeds", item=item)
    guest.write("Seeds", item=item)
    talk(stage.oak, stage.vila)
    guest.write("Seeds", item=item)
    talk(stage.oak, stage.vila)

    assert steward.titles() == guest.titles() == ["Seeds"]


def test_what_is_taken_away_on_one_side_is_erased_on_the_other(
    stage: Stage, steward: Visitor, guest: Visitor
) -> None:
    steward.write("A mistake of ours")
    guest.write("A mistake of theirs")
    talk(stage.oak, stage.vila)

    steward.take_away("A mistake of ours")
    guest.take_away("A mistake of theirs")
    talk(stage.oak, stage.vila)

    assert steward.titles() == guest.titles() == []
    for node in (stage.oak, stage.vila):
        assert not node.read(mistakes)


def mistakes(reader: Reader) -> list[str]:
    """Return the columns of the file in which the mistakes still stand."""
    found = []
    for table in ("group_notices", "group_log", "group_sent", "outbox", "group_wishes"):
        for row in reader.all(f"SELECT * FROM {table}"):  # noqa: S608 - one of ours
            found += [table for value in row if b"mistake" in _bytes(value)]
    return found


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def test_a_steward_takes_away_what_a_guest_wrote_and_the_guest_is_told(
    stage: Stage, steward: Visitor, guest: Visitor
) -> None:
    guest.write("Buy my pills")
    talk(stage.oak, stage.vila)

    steward.take_away("Buy my pills")
    talk(stage.oak, stage.vila)

    assert guest.titles() == []
    assert told(stage.vila, 2)[0] is Notice.GROUP_WORDS_REMOVED


def test_a_steward_lets_a_guest_in_who_asks_or_not(stage: Stage) -> None:
    both_allow(stage.oak, stage.vila)
    group = open_group(stage.oak, door=Door.APPROVAL)
    hear(stage.oak, stage.vila)
    two, three = (Visitor(stage.vila, each, known(stage.vila)) for each in (2, 3))
    two.join()
    three.join()
    talk(stage.oak, stage.vila)
    asking = {one.address: one.id for one in guests(stage.oak, group)}

    for serial, welcome in ((2, True), (3, False)):
        answer(stage.oak, group, asking[f"000{serial}@{stage.vila.name}"], welcome=welcome)
    talk(stage.oak, stage.vila)

    assert (two.seat(), three.seat()) == (Seat.MEMBER, None)
    assert told(stage.vila, 2) == [Notice.GROUP_LET_IN]
    assert told(stage.vila, 3) == [Notice.GROUP_NOT_LET_IN]
    assert Notice.GROUP_ASKED in told(stage.oak, 1)


def answer(node: Node, group: int, guest: int, *, welcome: bool) -> None:
    def work(writer: Writer) -> None:
        actor = acting_as(writer, member(writer, 1))
        receiving.answer(writer, actor, group, guest, welcome=welcome, now=node.now)

    node.write(work)


def invite(node: Node, group: int, whom: str) -> None:
    def work(writer: Writer) -> None:
        actor = acting_as(writer, member(writer, 1))
        seating.invite(writer, actor, group, whom, now=node.now)

    node.write(work)


def test_into_a_closed_group_only_who_was_invited_comes(stage: Stage) -> None:
    both_allow(stage.oak, stage.vila)
    group = open_group(stage.oak, door=Door.CLOSED)
    hear(stage.oak, stage.vila)
    assert not is_known(stage.vila)

    invite(stage.oak, group, "VILA0002")
    talk(stage.oak, stage.vila)
    visitor = Visitor(stage.vila, 2, known(stage.vila))
    others = Visitor(stage.vila, 3, visitor.group)

    assert told(stage.vila, 2) == [Notice.GROUP_INVITED]
    assert visitor.seat() is Seat.INVITED
    with refused(Code.UNKNOWN_GROUP):
        others.join()
    visitor.join()
    talk(stage.oak, stage.vila)
    assert visitor.seat() is Seat.MEMBER


def test_an_invitation_to_an_exchange_that_takes_no_guests_comes_back(
    stage: Stage,
) -> None:
    allow(stage.oak, stage.vila)
    group = open_group(stage.oak)

    invite(stage.oak, group, "VILA0002")
    talk(stage.oak, stage.vila)

    assert guests(stage.oak, group) == ()
    assert told(stage.oak, 1) == [Notice.GROUP_NOT_TAKEN]
    assert count(stage.vila, "groups") == 0


def test_who_was_sent_away_reads_nothing_more_and_stays_out(
    stage: Stage, steward: Visitor, guest: Visitor
) -> None:
    steward.write("We dig")
    guest.put_up("Beans")
    talk(stage.oak, stage.vila)
    (one,) = guests(stage.oak, steward.group)

    def remove(writer: Writer) -> None:
        actor = acting_as(writer, member(writer, 1))
        receiving.remove(writer, actor, steward.group, one.id, now=stage.now)

    stage.oak.write(remove)
    talk(stage.oak, stage.vila)

    assert guest.seat() is Seat.REMOVED
    assert guest.titles() == []
    assert count(stage.vila, "group_notices") == 0
    assert steward.board() == []
    assert told(stage.vila, 2)[0] is Notice.GROUP_REMOVED
    with refused(Code.NOT_ALLOWED):
        guest.join()


def test_who_leaves_takes_what_stood_on_the_board_along_and_leaves_no_copy(
    stage: Stage, steward: Visitor, guest: Visitor
) -> None:
    steward.write("We dig")
    guest.put_up("Beans")
    talk(stage.oak, stage.vila)
    assert steward.board() == ["Beans"]

    guest.leave()
    talk(stage.oak, stage.vila)

    assert steward.board() == []
    assert guests(stage.oak, steward.group) == ()
    assert count(stage.vila, "group_notices") == count(stage.vila, "group_visits") == 0


def test_a_board_shows_what_both_sides_put_on_it_and_nobody_else_finds_it(
    stage: Stage, steward: Visitor, guest: Visitor
) -> None:
    steward.put_up("Rare apples")
    guest.put_up("Rare beans")
    talk(stage.oak, stage.vila)

    assert steward.board() == ["Rare apples", "Rare beans"]
    assert guest.board() == ["Rare beans", "Rare apples"]
    for node, own in ((stage.oak, "Rare apples"), (stage.vila, "Rare beans")):
        for serial in (1, 2, 3):
            assert set(finds(node, serial)) <= {own}
        assert finds(node, 3) == []


def finds(node: Node, serial: int) -> list[str]:
    def read(reader: Reader) -> list[str]:
        actor = acting_as(reader, member(reader, serial))
        found = finding.browse(reader, actor, Wanted(words="rare"), now=node.now)
        return [one.title for one in found.listings]

    return node.read(read)


def test_a_listing_that_changes_or_ends_does_so_on_the_board_elsewhere(
    stage: Stage, steward: Visitor, guest: Visitor
) -> None:
    listing = steward.put_up("Apples", Audience.HERE)
    talk(stage.oak, stage.vila)
    assert guest.board() == ["Apples"]

    stage.now += 400 * 86_400
    hear(stage.oak, stage.vila)

    assert listing.expires_on is not None
    assert guest.board() == []
    assert count(stage.vila, "group_shown") == 0


def test_where_only_stewards_speak_a_guest_may_only_reply(stage: Stage) -> None:
    both_allow(stage.oak, stage.vila)
    steward = Visitor(stage.oak, 1, open_group(stage.oak, voice=Voice.STEWARDS))
    hear(stage.oak, stage.vila)
    guest = Visitor(stage.vila, 2, known(stage.vila))
    guest.join()
    talk(stage.oak, stage.vila)
    steward.write("We dig")
    talk(stage.oak, stage.vila)

    with refused(Code.NOT_ALLOWED):
        guest.write("No")
    guest.reply("I come")
    talk(stage.oak, stage.vila)

    assert steward.notices()[0].replies == 1


def test_a_group_that_ends_leaves_nothing_next_door(
    stage: Stage, steward: Visitor, guest: Visitor
) -> None:
    steward.write("We dig")
    talk(stage.oak, stage.vila)
    assert guest.titles() == ["We dig"]

    def dissolve(writer: Writer) -> None:
        actor = acting_as(writer, member(writer, 1))
        keeping.dissolve(writer, actor, steward.group, now=stage.now)

    stage.oak.write(dissolve)
    hear(stage.oak, stage.vila)

    assert told(stage.vila, 2)[0] is Notice.GROUP_DISSOLVED
    assert count(stage.vila, "groups") == count(stage.vila, "group_notices") == 0
    assert count(stage.oak, "group_log") == count(stage.oak, "group_guests") == 0


def test_a_group_that_is_for_its_own_exchange_again_has_no_guests(
    stage: Stage, steward: Visitor, guest: Visitor
) -> None:
    guest.write("Hello")
    talk(stage.oak, stage.vila)

    def close(writer: Writer) -> None:
        actor = acting_as(writer, member(writer, 1))
        keeping.change(writer, actor, steward.group, Charter(name=NAME), now=stage.now)

    stage.oak.write(close)
    stage.now += 900
    hear(stage.oak, stage.vila)

    assert steward.titles() == []
    assert not is_known(stage.vila)
    assert count(stage.vila, "group_notices") == 0


def test_unless_both_have_allowed_it_nothing_is_told(stage: Stage) -> None:
    allow(stage.vila, stage.oak)
    open_group(stage.oak)

    hear(stage.oak, stage.vila)

    assert count(stage.vila, "groups") == 0


@pytest.mark.parametrize("who", ["oak", "vila"])
def test_who_takes_the_allowance_back_ends_it_on_both_sides(
    stage: Stage, steward: Visitor, guest: Visitor, who: str
) -> None:
    steward.write("We dig")
    guest.write("I come")
    talk(stage.oak, stage.vila)
    one, other = stage.oak, stage.vila

    allow(*((one, other) if who == "oak" else (other, one)), shared=False)
    hear(stage.oak, stage.vila)
    hear(stage.oak, stage.vila)

    assert count(stage.vila, "group_notices") == 0
    if who == "oak":
        assert steward.titles() == ["We dig"]
        assert guests(stage.oak, steward.group) == ()


def test_a_closed_peering_leaves_no_copies_and_no_guests(
    stage: Stage, steward: Visitor, guest: Visitor
) -> None:
    steward.write("We dig")
    guest.write("I come")
    talk(stage.oak, stage.vila)

    for node, peer in ((stage.oak, stage.vila), (stage.vila, stage.oak)):
        node.write(standing.close, OPERATOR, peer.name, why="", now=node.now)
    hear(stage.oak, stage.vila)

    assert steward.titles() == ["We dig"]
    assert count(stage.vila, "groups") == count(stage.vila, "group_notices") == 0
    assert count(stage.oak, "group_guests") == 0


def test_while_a_peering_rests_nothing_new_begins(
    stage: Stage, steward: Visitor, guest: Visitor
) -> None:
    guest.write("Before")
    talk(stage.oak, stage.vila)
    stage.oak.write(standing.pause, OPERATOR, stage.vila.name, why="", now=stage.now)
    talk(stage.oak, stage.vila)

    with refused(Code.PEER_RESTING):
        guest.write("After")
    guest.take_away("Before")
    talk(stage.oak, stage.vila)

    assert steward.titles() == []


def test_what_cannot_be_heard_for_a_day_is_dropped_and_comes_back(
    stage: Stage, steward: Visitor, guest: Visitor
) -> None:
    steward.write("We dig")
    talk(stage.oak, stage.vila)

    stage.now += 2 * 86_400
    tend(stage.vila)
    gone = guest.titles()
    talk(stage.oak, stage.vila)

    assert gone == []
    assert guest.titles() == ["We dig"]
    assert told(stage.vila, 2).count(Notice.GROUP_NOTICE) == 1


def part(node: Node, serial: int, *, erase: bool) -> None:
    """Let somebody leave their exchange, whose balance they give to the community."""

    def work(writer: Writer) -> None:
        person = member(writer, serial)
        actor = acting_as(writer, person)
        number = person.number
        parting.leave(writer, actor, number, give=True, erase=erase, now=node.now)

    node.write(work)


@pytest.mark.parametrize("erase", [True, False])
def test_who_leaves_their_exchange_leaves_its_neighbours_groups(
    stage: Stage, steward: Visitor, guest: Visitor, *, erase: bool
) -> None:
    guest.write("I come")
    guest.put_up("Beans")
    talk(stage.oak, stage.vila)

    part(stage.vila, 2, erase=erase)
    talk(stage.oak, stage.vila)

    assert guests(stage.oak, steward.group) == ()
    assert steward.board() == []
    assert steward.titles() == ([] if erase else ["I come"])
    assert count(stage.vila, "group_visits") == 0
    assert count(stage.vila, "group_notices") == 0


def test_who_was_in_a_group_before_can_still_have_their_words_erased(
    stage: Stage, steward: Visitor, guest: Visitor
) -> None:
    guest.write("I come")
    talk(stage.oak, stage.vila)
    guest.leave()
    talk(stage.oak, stage.vila)

    part(stage.vila, 2, erase=True)
    talk(stage.oak, stage.vila)

    assert steward.titles() == []


def test_words_of_who_left_the_home_are_erased_at_its_guests(
    stage: Stage, steward: Visitor, guest: Visitor
) -> None:
    three = Visitor(stage.oak, 3, steward.group)
    three.join()
    three.write("Forget me")
    steward.write("Stay")
    talk(stage.oak, stage.vila)
    assert guest.titles() == ["Stay", "Forget me"]

    part(stage.oak, 3, erase=True)
    talk(stage.oak, stage.vila)

    assert guest.titles() == steward.titles() == ["Stay"]


def test_a_guest_s_groups_and_words_are_among_their_data(
    stage: Stage, guest: Visitor
) -> None:
    guest.write("I come")
    talk(stage.oak, stage.vila)
    guest.write("On its way")

    def read(reader: Reader) -> dict[str, str]:
        actor = acting_as(reader, member(reader, 2))
        return dict(my_data.gather(reader, actor, now=stage.now).texts)

    told = json.loads(stage.vila.read(read)["groups.json"])
    assert [one["group"] for one in told["seats"]] == [NAME]
    assert told["seats"][0]["exchange"]
    assert [one["title"] for one in told["written"]] == ["I come"]
    assert [one["title"] for one in told["on_their_way"]] == ["On its way"]
