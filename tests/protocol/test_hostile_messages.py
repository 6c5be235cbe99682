"""A neighbour that brings messages it should not: each is refused as what it is."""

from __future__ import annotations

import json

import pytest

from cesnode.community.messages import Takes
from cesnode.community.roles import OPERATOR
from cesnode.services.identifiers import uuid7
from cesnode.services.messages.relaying import MOST_FOR_ONE, MOST_OF_A_PEER, MOST_OF_ONE
from cesnode.services.peering import standing
from cesnode.store import Reader, Writer, relayed_messages
from federation.endpoints import MESSAGE
from federation.errors import Problem
from tests.support.exchanges import HOUR
from tests.support.forger import tell, unmoved
from tests.support.letters import HELLO
from tests.support.relaying import Json, brings, note, reads, takes
from tests.support.stage import Stage, carry, knock, street_door
from tests.support.wire import ask, receive

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }} =cmd()"


@pytest.fixture(autouse=True)
def everybody_takes_messages(stage: Stage) -> None:
    for serial in (1, 2, 3):
        takes(stage.oak, serial)


LIES: dict[str, tuple[Problem, Json]] = {
    "for nobody": (Problem.PAYEE_UNAVAILABLE, note(to="0077@oakv.example")),
    "for the community": (Problem.PAYEE_UNAVAILABLE, note(to="0000@oakv.example")),
    "for a clearing account": (Problem.PAYEE_UNAVAILABLE, note(to="-WAHA@oakv.example")),
    "for a number like no other": (
        Problem.PAYEE_UNAVAILABLE,
        note(to=f"{9:064}@oakv.example"),
    ),
    "for another node": (Problem.NOT_ROUTABLE, note(to="0001@waha.example")),
    "for itself": (Problem.NOT_ROUTABLE, note(to="0002@vila.example")),
    "by a member of ours": (Problem.NOT_ROUTABLE, note(**{"from": "0002@oakv.example"})),
    "by another's member": (Problem.NOT_ROUTABLE, note(**{"from": "0001@waha.example"})),
    "without words": (Problem.SCHEMA_INVALID, note(text=" \n ")),
    "too long": (Problem.SCHEMA_INVALID, note(text="x" * 8_193)),
    "with what nobody sees": (Problem.SCHEMA_INVALID, note(text="a\x00b")),
    "with what turns around": (Problem.SCHEMA_INVALID, note(text="pay \u202e enod")),
    "with a subject of two lines": (Problem.SCHEMA_INVALID, note(subject="a\nb")),
    "with a subject that turns around": (Problem.SCHEMA_INVALID, note(subject="\u202ea")),
    "with a name that turns around": (
        Problem.SCHEMA_INVALID,
        note(from_name="\u202evera"),
    ),
    "with an empty name": (Problem.SCHEMA_INVALID, note(from_name=" ")),
    "with a name longer than any": (
        Problem.SCHEMA_INVALID,
        note(from_name="x" * 2_000),
    ),
    "with more than there is": (Problem.SCHEMA_INVALID, note(attachment="x")),
    "with a list as text": (Problem.SCHEMA_INVALID, note(text=["a"])),
    "with an id of another kind": (Problem.SCHEMA_INVALID, note(message_id="1")),
}


@pytest.mark.parametrize("name", LIES)
def test_a_message_that_is_not_right_is_not_taken(stage: Stage, name: str) -> None:
    problem, body = LIES[name]

    with unmoved(stage.oak):
        told = brings(stage.vila, stage.oak, body)

    assert told.problem is problem
    assert [reads(stage.oak, serial) for serial in (1, 2, 3)] == [[], [], []]


def test_what_looks_like_a_script_is_text_like_any_other(stage: Stage) -> None:
    brings(stage.vila, stage.oak, note(text=SCRIPT, subject=SCRIPT))

    (said,) = reads(stage.oak, 1)

    assert (said.text, said.subject) == (SCRIPT, SCRIPT)


def test_a_message_larger_than_any_is_not_even_read(stage: Stage) -> None:
    document = b'{"text":"' + b"x" * (MESSAGE.cap + 1) + b'"}'

    parcel = ask(stage.vila, stage.oak.name, MESSAGE, body=document)

    assert receive(stage.oak, parcel.request).status == 413
    assert reads(stage.oak, 1) == []


def test_the_longest_message_of_signs_of_four_bytes_is_taken(stage: Stage) -> None:
    told = brings(stage.vila, stage.oak, note(text="\U0001f33b" * 5_000))

    assert told.status == 202


def test_a_request_that_was_heard_is_a_replay_the_next_time(stage: Stage) -> None:
    body = note()
    parcel = ask(stage.vila, stage.oak.name, MESSAGE, body=_bytes(body))

    first, second = tell(stage.oak, parcel), receive(stage.oak, parcel.request)

    assert first.status == 202
    assert second.status == 401
    assert len(reads(stage.oak, 1)) == 1


def test_the_same_message_signed_again_gets_the_same_answer_and_is_one(
    stage: Stage,
) -> None:
    taken, unknown = note(), note(to="0077@oakv.example")

    answers = [brings(stage.vila, stage.oak, body) for body in (taken, unknown) * 2]

    assert answers[:2] == answers[2:]
    assert len(reads(stage.oak, 1)) == 1


def test_another_message_under_the_same_id_is_a_conflict(stage: Stage) -> None:
    first = note()
    brings(stage.vila, stage.oak, first)

    told = brings(stage.vila, stage.oak, {**first, "text": "something else"})

    assert told.problem is Problem.TRADE_CONFLICT
    assert [one.text for one in reads(stage.oak, 1)] == [HELLO]


def test_an_id_of_one_neighbour_is_not_spoilt_by_another(stage: Stage) -> None:
    same = str(uuid7())
    brings(stage.waha, stage.oak, note(message_id=same, **{"from": "0001@waha.example"}))

    told = brings(stage.vila, stage.oak, note(message_id=same))

    assert told.status == 202
    assert len(reads(stage.oak, 1)) == 2


def test_one_member_of_a_neighbour_is_heard_so_often_in_an_hour(stage: Stage) -> None:
    for _ in range(MOST_OF_ONE):
        brings(stage.vila, stage.oak, note())

    more = brings(stage.vila, stage.oak, note())
    other = brings(stage.vila, stage.oak, note(**{"from": "0002@vila.example"}))
    stage.now += HOUR
    later = brings(stage.vila, stage.oak, note())

    assert more.problem is Problem.RATE_LIMITED
    assert (other.status, later.status) == (202, 202)
    assert len(reads(stage.oak, 1)) <= MOST_OF_ONE + 2


def test_invented_members_do_not_bury_one_of_ours(stage: Stage) -> None:
    for serial in range(MOST_FOR_ONE):
        brings(stage.vila, stage.oak, note(**{"from": f"{serial:04}@vila.example"}))

    more = brings(stage.vila, stage.oak, note(**{"from": "7777@vila.example"}))
    other = brings(
        stage.vila,
        stage.oak,
        note(to="0002@oakv.example", **{"from": "7777@vila.example"}),
    )

    assert more.problem is Problem.RATE_LIMITED
    assert other.status == 202


def test_a_neighbour_that_asks_who_is_here_is_not_told_for_long(stage: Stage) -> None:
    """What is refused counts as well."""
    problems = [
        brings(
            stage.vila,
            stage.oak,
            note(
                to=f"{serial:04}@oakv.example",
                **{"from": f"{serial:04}@vila.example"},
            ),
        ).problem
        for serial in range(100, 100 + MOST_OF_A_PEER + 5)
    ]

    assert (
        problems
        == [Problem.PAYEE_UNAVAILABLE] * MOST_OF_A_PEER + [Problem.RATE_LIMITED] * 5
    )
    assert (
        brings(stage.waha, stage.oak, note(**{"from": "0001@waha.example"})).status == 202
    )


def test_the_answer_to_a_known_message_costs_nothing_of_the_hour(stage: Stage) -> None:
    first = note()
    brings(stage.vila, stage.oak, first)

    again = [brings(stage.vila, stage.oak, first).status for _ in range(MOST_OF_ONE + 1)]

    assert set(again) == {202}


@pytest.mark.parametrize("ended", [standing.freeze, standing.close, standing.pause])
def test_from_a_neighbour_that_rests_nothing_new_is_taken(
    stage: Stage, ended: object
) -> None:
    def end(writer: Writer) -> None:
        assert callable(ended)
        ended(writer, OPERATOR, "VILA", why="a talk first", now=stage.now)

    stage.oak.write(end)

    told = brings(stage.vila, stage.oak, note())

    assert told.problem in {Problem.PEER_PAUSED, Problem.PEER_UNKNOWN}
    assert reads(stage.oak, 1) == []


def test_one_who_takes_none_is_not_told_apart_from_one_who_is_not_here(
    stage: Stage,
) -> None:
    takes(stage.oak, 2, Takes.NOBODY)

    nobody = brings(stage.vila, stage.oak, note(to="0077@oakv.example"))
    silent = brings(stage.vila, stage.oak, note(to="0002@oakv.example"))

    assert nobody == silent


async def test_messages_come_in_by_the_street_door(stage: Stage) -> None:
    good = ask(stage.vila, stage.oak.name, MESSAGE, body=_bytes(note()))
    bad = ask(stage.vila, stage.oak.name, MESSAGE, body=b'{"to": ')
    async with street_door(stage.oak) as client:
        told = await knock(client, stage.oak, good)
        refused = await carry(client, stage.oak, bad)

    assert told.status == 202
    assert refused.status == 400
    assert len(reads(stage.oak, 1)) == 1


def test_what_came_is_forgotten_after_a_time_and_its_messages_stay(stage: Stage) -> None:
    brings(stage.vila, stage.oak, note())

    stage.oak.write(relayed_messages.forget, before=stage.now + 1)

    def heard(reader: Reader) -> int:
        (count,) = reader.one("SELECT COUNT(*) FROM relayed_messages")
        return int(count)

    assert stage.oak.read(heard) == 0
    assert len(reads(stage.oak, 1)) == 1


def _bytes(body: Json) -> bytes:
    return json.dumps(body).encode()
