"""Messages between members of two exchanges: on their way, delivered, or not, and why."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from cesnode.community.market import Audience, Kind
from cesnode.community.messages import Fault, State, Takes
from cesnode.community.notices import Kind as Notice
from cesnode.community.roles import OPERATOR
from cesnode.errors import Code
from cesnode.services import bell
from cesnode.services.clearing.here import Desk
from cesnode.services.clearing.letters import Answer
from cesnode.services.market import publishing
from cesnode.services.market.drafts import Draft
from cesnode.services.messages import keeping, meeting, reading, relaying
from cesnode.services.peering import changing, standing
from cesnode.services.peering.wishes import Wishes
from cesnode.store import Reader, Writer, exchanges, members, messages, outbox, peers
from federation.endpoints import MESSAGE
from federation.errors import FederationError, Problem
from tests.support.exchanges import acting_as, refused
from tests.support.letters import HELLO, answer
from tests.support.nodes import Node
from tests.support.relaying import member, reads, takes, writes
from tests.support.stage import Stage
from tests.support.talking import say, talk
from tests.support.wire import hear, receive

VERA = "0001@vila.example"


def states(node: Node, serial: int) -> list[tuple[State, Fault | None]]:
    return [(one.state, one.fault) for one in reads(node, serial)]


def told(node: Node, serial: int) -> list[Notice]:
    def read(reader: Reader) -> list[Notice]:
        actor = acting_as(reader, member(reader, serial))
        return [one.kind for one in bell.notices_of(reader, actor)]

    return node.read(read)


def test_a_message_is_on_its_way_until_the_other_node_has_it(stage: Stage) -> None:
    takes(stage.vila, 1)
    writes(stage.oak, 1, VERA)

    before = states(stage.oak, 1)
    say(stage.oak, stage.vila)

    assert before == [(State.UNDER_WAY, None)]
    assert states(stage.oak, 1) == [(State.DELIVERED, None)]
    assert [one.text for one in reads(stage.vila, 1)] == [HELLO]
    assert told(stage.vila, 1) == [Notice.MESSAGE]


def test_an_answer_comes_back_into_the_same_conversation(stage: Stage) -> None:
    takes(stage.vila, 1)
    writes(stage.oak, 1, "VILA0001")
    say(stage.oak, stage.vila)

    stage.vila.write(lambda writer: answer(writer, member(writer, 1), 1))
    say(stage.vila, stage.oak)

    assert [one.text for one in reads(stage.oak, 1)] == [HELLO, "Yes."]
    assert [one.is_mine for one in reads(stage.oak, 1)] == [True, False]


def test_who_writes_first_can_be_answered_whatever_they_take(stage: Stage) -> None:
    takes(stage.oak, 1, Takes.NOBODY)
    takes(stage.vila, 1)
    writes(stage.oak, 1, VERA)
    say(stage.oak, stage.vila)

    stage.vila.write(lambda writer: answer(writer, member(writer, 1), 1))
    say(stage.vila, stage.oak)

    assert states(stage.vila, 1)[-1] == (State.DELIVERED, None)


@pytest.mark.parametrize("wanted", [Takes.MARKET, Takes.HERE, Takes.NOBODY])
def test_who_takes_no_messages_from_abroad_gets_none(stage: Stage, wanted: Takes) -> None:
    takes(stage.vila, 1, wanted)
    writes(stage.oak, 1, VERA)

    say(stage.oak, stage.vila)

    assert states(stage.oak, 1) == [(State.UNDELIVERED, Fault.NOT_TAKEN)]
    assert reads(stage.vila, 1) == []
    assert told(stage.oak, 1) == [Notice.MESSAGE_RETURNED]


def test_who_shows_something_to_neighbours_can_be_asked_about_it(stage: Stage) -> None:
    def put_up(writer: Writer) -> None:
        vera = member(writer, 1)
        draft = Draft(title="Bread", audience=Audience.NEIGHBOURS)
        publishing.publish(
            writer,
            acting_as(writer, vera),
            Kind.OFFERING,
            vera.number,
            draft,
            id=uuid4(),
            now=stage.now,
        )

    stage.vila.write(put_up)
    writes(stage.oak, 1, VERA)

    say(stage.oak, stage.vila)

    assert states(stage.oak, 1) == [(State.DELIVERED, None)]


@pytest.mark.parametrize("nobody", ["0077@vila.example", "VILA0077"])
def test_nobody_and_who_has_blocked_somebody_are_answered_alike(
    stage: Stage, nobody: str
) -> None:
    takes(stage.vila, 1)
    writes(stage.oak, 1, VERA)
    say(stage.oak, stage.vila)

    def block(writer: Writer) -> None:
        actor = acting_as(writer, member(writer, 1))
        meeting.set_blocked(writer, actor, 1, blocked=True, now=stage.now)

    stage.vila.write(block)
    writes(stage.oak, 1, VERA)
    writes(stage.oak, 2, nobody)
    answers = []
    for _ in range(2):
        parcel = stage.letter(stage.oak, stage.vila)
        answered = receive(stage.vila, parcel.request)
        hear(parcel, answered)
        answers.append((answered.status, json.loads(answered.body)))

    assert answers[0] == answers[1]
    assert states(stage.oak, 1)[-1] == (State.UNDELIVERED, Fault.NOT_TAKEN)
    assert len(reads(stage.vila, 1)) == 1


def test_an_answer_that_was_lost_is_asked_for_again_and_delivers_once(
    stage: Stage,
) -> None:
    takes(stage.vila, 1)
    writes(stage.oak, 1, VERA)
    parcel = stage.letter(stage.oak, stage.vila)
    receive(stage.vila, parcel.request)

    talk(stage.oak, stage.vila)

    assert len(reads(stage.vila, 1)) == 1
    assert states(stage.oak, 1) == [(State.DELIVERED, None)]


def test_a_refusal_stays_one_whatever_has_changed_since(stage: Stage) -> None:
    writes(stage.oak, 1, VERA)
    parcel = stage.letter(stage.oak, stage.vila)
    receive(stage.vila, parcel.request)
    takes(stage.vila, 1)

    talk(stage.oak, stage.vila)

    assert states(stage.oak, 1) == [(State.UNDELIVERED, Fault.NOT_TAKEN)]
    assert reads(stage.vila, 1) == []


def test_a_message_waits_while_the_other_side_rests(stage: Stage) -> None:
    takes(stage.vila, 1)
    writes(stage.oak, 1, VERA)
    stage.vila.write(standing.pause, OPERATOR, "OAKV", why="rest", now=stage.now)

    say(stage.oak, stage.vila)
    waiting = states(stage.oak, 1)
    stage.vila.write(standing.resume, OPERATOR, "OAKV", now=stage.now)
    stage.now += 60
    talk(stage.oak, stage.vila)

    assert waiting == [(State.UNDER_WAY, None)]
    assert (State.DELIVERED, None) in states(stage.oak, 1)


def test_nothing_is_begun_with_an_exchange_that_rests(stage: Stage) -> None:
    stage.oak.write(standing.pause, OPERATOR, "VILA", why="rest", now=stage.now)

    with refused(Code.PEER_RESTING):
        writes(stage.oak, 1, VERA)
    assert reads(stage.oak, 1) == []


def test_no_name_and_no_address_of_anybody_crosses(stage: Stage) -> None:
    def give_address(writer: Writer) -> None:
        members.set_email(writer, member(writer, 1).member, "ann@oak.example")

    stage.oak.write(give_address)
    writes(stage.oak, 1, VERA)

    sent = json.loads(stage.letter(stage.oak, stage.vila).request.body)

    assert sent.keys() == {"message_id", "from", "to", "subject", "text"}
    assert (sent["from"], sent["to"]) == ("0001@oakv.example", VERA)
    assert "Ann" not in json.dumps(sent)
    assert "ann@" not in json.dumps(sent)


def test_who_wishes_it_is_known_by_name_with_their_number(stage: Stage) -> None:
    takes(stage.vila, 1)
    writes(stage.oak, 1, VERA, named=True)

    say(stage.oak, stage.vila)

    def heard(reader: Reader) -> tuple[str, str]:
        actor = acting_as(reader, member(reader, 1))
        (notice,) = bell.notices_of(reader, actor)
        (thread,) = reading.inbox(reader, actor)
        return notice.words, thread.whom.name

    name = stage.oak.read(lambda reader: members.name(reader, member(reader, 1).member))
    assert stage.vila.read(heard) == (f"{name} (OAKV0001)", name)


def test_a_node_that_knows_no_names_in_messages_gets_them_without(stage: Stage) -> None:
    takes(stage.vila, 1)
    writes(stage.oak, 1, VERA, named=True)
    document = FederationError(Problem.SCHEMA_INVALID, "?").document(MESSAGE.path_with())

    def refuse(writer: Writer) -> None:
        peer, exchange = peers.find(writer, "VILA"), exchanges.load(writer, stage.now)
        (letter,) = outbox.due(writer, peer.id, now=stage.now, limit=9)
        desk = Desk(stage.oak.here, exchange, peer, stage.now)
        relaying.answered(writer, desk, letter, Answer(400, document))

    stage.oak.write(refuse)
    waiting = states(stage.oak, 1)
    again = json.loads(stage.letter(stage.oak, stage.vila).request.body)

    assert waiting == [(State.UNDER_WAY, None)]
    assert "from_name" not in again
    assert again["text"] == HELLO


def carry(node: Node, code: str, *, carried: bool) -> None:
    here = node.here
    node.write(
        lambda writer: changing.change(
            writer, here, OPERATOR, code, Wishes(carry_messages=carried), now=node.now
        )
    )


def test_where_the_keepers_let_no_messages_through_none_is_begun(stage: Stage) -> None:
    carry(stage.oak, "VILA", carried=False)

    with refused(Code.MESSAGE_NOT_TAKEN):
        writes(stage.oak, 1, VERA)
    assert writes(stage.oak, 1, "0001@waha.example")
    assert [one.text for one in reads(stage.oak, 1)] == [HELLO]


def test_where_the_keepers_let_no_messages_in_who_writes_is_told_so(stage: Stage) -> None:
    takes(stage.vila, 1)
    writes(stage.oak, 1, VERA)
    carry(stage.vila, "OAKV", carried=False)

    say(stage.oak, stage.vila)
    carry(stage.vila, "OAKV", carried=True)
    writes(stage.oak, 1, VERA, "Again")
    say(stage.oak, stage.vila)

    assert states(stage.oak, 1) == [
        (State.UNDELIVERED, Fault.NOT_OFFERED),
        (State.DELIVERED, None),
    ]
    assert [one.text for one in reads(stage.vila, 1)] == ["Again"]


def test_what_went_abroad_cannot_be_taken_back(stage: Stage) -> None:
    writes(stage.oak, 1, VERA)
    (said,) = reads(stage.oak, 1)

    def withdraw(writer: Writer) -> None:
        actor = acting_as(writer, member(writer, 1))
        keeping.withdraw(writer, actor, 1, said.id, now=stage.now)

    with refused(Code.WRONG_STATE):
        stage.oak.write(withdraw)
    assert not said.can_withdraw


def test_what_is_deleted_here_stays_there(stage: Stage) -> None:
    takes(stage.vila, 1)
    writes(stage.oak, 1, VERA)

    def delete(writer: Writer) -> None:
        keeping.delete(writer, acting_as(writer, member(writer, 1)), 1, now=stage.now)

    stage.oak.write(delete)
    say(stage.oak, stage.vila)

    assert [one.text for one in reads(stage.vila, 1)] == [HELLO]
    assert stage.oak.read(lambda reader: messages.latest(reader, 1, limit=9))[0].text == ""


def test_the_letter_forgets_the_words_once_it_is_answered(stage: Stage) -> None:
    takes(stage.vila, 1)
    writes(stage.oak, 1, VERA)
    sent = json.loads(stage.letter(stage.oak, stage.vila).request.body)

    say(stage.oak, stage.vila)

    (letter,) = stage.oak.read(outbox.about, sent["message_id"])
    assert letter.done_at is not None
    assert letter.body == b""


def test_who_writes_from_abroad_is_called_by_a_number_that_is_no_mail_address(
    stage: Stage,
) -> None:
    takes(stage.vila, 1)
    writes(stage.oak, 1, VERA)
    say(stage.oak, stage.vila)

    def heard(reader: Reader) -> tuple[str, str, str | None]:
        actor = acting_as(reader, member(reader, 1))
        (notice,) = bell.notices_of(reader, actor)
        (thread,) = reading.inbox(reader, actor)
        return notice.words, thread.whom.number, thread.whom.exchange

    assert stage.vila.read(heard) == ("OAKV0001", "0001@oakv.example", "Oakvale")
