"""A neighbour that lies about groups: as a guest's node, and as a group's home."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from cesnode.community.groups import MOST_SHOWN, MOST_WRITTEN, Door, Seat
from cesnode.services.guests import chronicle, hosting
from cesnode.services.identifiers import uuid7
from cesnode.store import Reader, Writer, group_copies, group_log, group_notices, groups
from federation.endpoints import GROUP_LOG, GROUP_SEAT, GROUP_WISH, GROUPS
from federation.errors import Problem
from tests.support.forger import Told, tell, unmoved
from tests.support.nodes import Node
from tests.support.stage import Stage
from tests.support.talking import say, talk
from tests.support.visiting import (
    Visitor,
    both_allow,
    count,
    guests,
    hear,
    known,
    open_group,
)
from tests.support.wire import ask, receive

Json = dict[str, Any]
SCRIPT = "<script>alert(1)</script>{{ 7*7 }}"
VERA = "0002@vila.example"


@pytest.fixture
def steward(stage: Stage) -> Visitor:
    both_allow(stage.oak, stage.vila)
    return Visitor(stage.oak, 1, open_group(stage.oak))


@pytest.fixture
def guest(stage: Stage, steward: Visitor) -> Visitor:
    hear(steward.node, stage.vila)
    visitor = Visitor(stage.vila, 2, known(stage.vila))
    visitor.join()
    talk(steward.node, stage.vila)
    return visitor


def id_of(node: Node, group: int) -> str:
    def read(reader: Reader) -> str:
        found = groups.find(reader, group)
        assert found is not None
        return str(found.uuid)

    return node.read(read)


def wish(**changes: object) -> Json:
    body = {"wish_id": str(uuid7()), "guest": VERA, "name": "Vera", "kind": "join"}
    return {name: value for name, value in {**body, **changes}.items() if value != ""}


def words(title: str = "Hello", text: str = "", **changes: object) -> Json:
    said = {"title": title, "text": text}
    return wish(kind="write", item=str(uuid4()), words=said, **changes)


def shown(**changes: object) -> Json:
    listing = {"purpose": "offer", "title": "Beans", "price": "free", **changes}
    return wish(kind="show", item=str(uuid4()), listing=listing)


def brings(stage: Stage, group_id: str, body: Json) -> Told:
    parcel = ask(
        stage.vila,
        stage.oak.name,
        GROUP_WISH,
        parameters={"group_id": group_id},
        body=json.dumps(body).encode(),
    )
    return tell(stage.oak, parcel)


FORGED: dict[str, tuple[Problem, Json]] = {
    "of a member of ours": (Problem.NOT_ROUTABLE, wish(guest="0002@oakv.example")),
    "of a third exchange's member": (
        Problem.NOT_ROUTABLE,
        wish(guest="0002@waha.example"),
    ),
    "without a name": (Problem.SCHEMA_INVALID, wish(name=" ")),
    "with a name that turns around": (Problem.SCHEMA_INVALID, wish(name="\u202evera")),
    "of a kind that is none": (Problem.SCHEMA_INVALID, wish(kind="lead")),
    "with more than there is": (Problem.SCHEMA_INVALID, wish(seat="steward")),
    "with words to join": (Problem.SCHEMA_INVALID, wish(words={"title": "a"})),
    "to write without an item": (
        Problem.SCHEMA_INVALID,
        wish(kind="write", words={"title": "a"}),
    ),
    "to write nothing": (Problem.SCHEMA_INVALID, words(title="")),
    "to write too much": (Problem.SCHEMA_INVALID, words(text="x" * 8_193)),
    "to write what nobody sees": (Problem.SCHEMA_INVALID, words(text="a\x00b")),
    "to show a price without an amount": (
        Problem.SCHEMA_INVALID,
        shown(price="amount"),
    ),
    "to show for ever": (Problem.SCHEMA_INVALID, shown(until="never")),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_wish_that_is_not_right_changes_nothing(
    stage: Stage, steward: Visitor, guest: Visitor, name: str
) -> None:
    problem, body = FORGED[name]
    group_id = id_of(stage.oak, steward.group)

    with unmoved(stage.oak):
        told = brings(stage, group_id, body)

    assert told.problem is problem
    assert [one.address for one in guests(stage.oak, steward.group)] == [VERA]
    assert steward.titles() == guest.titles() == []


def test_a_wish_larger_than_any_is_not_even_read(stage: Stage, steward: Visitor) -> None:
    parcel = ask(
        stage.vila,
        stage.oak.name,
        GROUP_WISH,
        parameters={"group_id": id_of(stage.oak, steward.group)},
        body=b'{"name":"' + b"x" * (GROUP_WISH.cap + 1) + b'"}',
    )

    assert receive(stage.oak, parcel.request).status == 413


def test_the_same_wish_is_acted_on_once_and_answered_alike(
    stage: Stage, steward: Visitor, guest: Visitor
) -> None:
    group_id, body = id_of(stage.oak, steward.group), words()

    answers = [brings(stage, group_id, body) for _ in range(3)]
    other = brings(stage, group_id, {**body, "words": {"title": "Other", "text": ""}})

    assert answers[0] == answers[1] == answers[2]
    assert other.problem is Problem.TRADE_CONFLICT
    assert steward.titles() == ["Hello"]
    assert guest.node is stage.vila


def test_a_closed_group_is_not_told_apart_from_none(stage: Stage) -> None:
    both_allow(stage.oak, stage.vila)
    closed = id_of(stage.oak, open_group(stage.oak, door=Door.CLOSED))
    never = str(uuid4())

    for body in (wish(), words(), shown(), wish(kind="leave"), _removal()):
        one, other = (
            brings(stage, group_id, {**body, "wish_id": str(uuid7())})
            for group_id in (closed, never)
        )
        assert (one.status, one.problem) == (other.status, other.problem)
        assert _but(one.body, closed) == _but(other.body, never)
    logs = [_asks_log(stage, group_id) for group_id in (closed, never)]

    assert logs[0].problem is logs[1].problem is Problem.GROUP_UNAVAILABLE
    assert closed not in json.dumps(_cards(stage).body)


def _removal() -> Json:
    return wish(kind="remove", item=str(uuid4()))


def _but(body: Json, group_id: str) -> str:
    return json.dumps(body).replace(group_id, "…")


def _asks_log(stage: Stage, group_id: str, peer: Node | None = None) -> Told:
    parcel = ask(
        peer or stage.vila,
        stage.oak.name,
        GROUP_LOG,
        parameters={"group_id": group_id},
        query="after=0",
    )
    return tell(stage.oak, parcel)


def _cards(stage: Stage) -> Told:
    return tell(stage.oak, ask(stage.vila, stage.oak.name, GROUPS, query="after="))


def test_a_log_is_told_only_where_a_guest_is_in_the_group(
    stage: Stage, steward: Visitor
) -> None:
    steward.write("For us alone")

    told = _asks_log(stage, id_of(stage.oak, steward.group))

    assert told.problem is Problem.GROUP_UNAVAILABLE


def test_who_only_asks_to_come_in_writes_and_shows_nothing(stage: Stage) -> None:
    both_allow(stage.oak, stage.vila)
    steward = Visitor(stage.oak, 1, open_group(stage.oak, door=Door.APPROVAL))
    group_id = id_of(stage.oak, steward.group)
    brings(stage, group_id, wish())

    answers = [brings(stage, group_id, body) for body in (words(), shown())]

    assert {told.problem for told in answers} == {Problem.GROUP_REFUSED}
    assert steward.titles() == steward.board() == []


def test_a_guest_takes_away_only_their_own(
    stage: Stage, steward: Visitor, guest: Visitor
) -> None:
    group_id = id_of(stage.oak, steward.group)
    steward.write("Mine")
    (notice,) = steward.notices()
    listing = steward.put_up("Apples")

    told = [
        brings(stage, group_id, wish(kind="remove", item=str(notice.uuid))),
        brings(stage, group_id, wish(kind="hide", item=str(listing.uuid))),
        brings(stage, group_id, {**shown(), "item": str(listing.uuid)}),
        brings(stage, group_id, {**words(), "item": str(notice.uuid)}),
    ]

    assert [one.status for one in told] == [200, 200, 403, 403]
    assert steward.titles() == ["Mine"]
    assert steward.board() == ["Apples"]
    assert guest.node is stage.vila


def test_a_flood_of_words_ends_at_what_one_may_write(
    stage: Stage, steward: Visitor, guest: Visitor
) -> None:
    group_id = id_of(stage.oak, steward.group)

    told = [brings(stage, group_id, words()) for _ in range(MOST_WRITTEN + 1)]
    listed = [brings(stage, group_id, shown()) for _ in range(MOST_SHOWN + 1)]

    assert told[-2].status == listed[-2].status == 200
    assert told[-1].problem is listed[-1].problem is Problem.GROUP_REFUSED
    assert count(stage.oak, "group_notices") == MOST_WRITTEN
    assert guest.node is stage.vila


def test_a_flood_of_wishes_is_slowed_down(
    stage: Stage, steward: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosting, "MOST_OF_ONE", 3)
    group_id = id_of(stage.oak, steward.group)

    told = [brings(stage, group_id, wish(kind="leave")) for _ in range(4)]

    assert [one.problem for one in told] == [None, None, None, Problem.RATE_LIMITED]


def test_what_looks_like_a_script_is_text_like_any_other(
    stage: Stage, steward: Visitor, guest: Visitor
) -> None:
    brings(stage, id_of(stage.oak, steward.group), words(SCRIPT, SCRIPT))

    (one,) = steward.notices()

    assert (one.title, one.body) == (SCRIPT, SCRIPT)
    assert guest.node is stage.vila


def seats(stage: Stage, group_id: str, **changes: object) -> Told:
    """Let the hostile home say something about a seat of a member of Oakvale."""
    body = {"guest": "0002@oakv.example", "seat": "member", "turn": 1, **changes}
    parcel = ask(
        stage.vila,
        stage.oak.name,
        GROUP_SEAT,
        parameters={"group_id": group_id},
        body=json.dumps(body).encode(),
    )
    return tell(stage.oak, parcel)


def card(group_id: str, **changes: object) -> Json:
    return {
        "group_id": group_id,
        "name": "Free money",
        "about": "",
        "door": "closed",
        "voice": "members",
        "members": 3,
        "stewards": ["Zoe"],
        **changes,
    }


def test_nobody_is_made_a_member_who_did_not_wish_it(stage: Stage) -> None:
    both_allow(stage.oak, stage.vila)
    group_id = str(uuid4())

    told = [
        seats(stage, group_id, card=card(group_id)),
        seats(stage, group_id, card=card(group_id), seat="invited", turn=2),
        seats(stage, group_id, card=card(group_id), turn=3),
    ]

    assert {one.status for one in told} == {202}
    visitor = Visitor(stage.oak, 2, known(stage.oak, "Free money"))
    assert visitor.seat() is Seat.INVITED


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"guest": "0002@vila.example"}, Problem.NOT_ROUTABLE),
        ({"guest": "0002@waha.example"}, Problem.NOT_ROUTABLE),
        ({"turn": 0}, Problem.SCHEMA_INVALID),
        ({"seat": "steward"}, Problem.SCHEMA_INVALID),
        ({"card": card(str(uuid4()))}, Problem.SCHEMA_INVALID),
    ],
)
def test_a_seat_that_is_not_right_is_refused(
    stage: Stage, changes: Json, problem: Problem
) -> None:
    both_allow(stage.oak, stage.vila)

    assert seats(stage, str(uuid4()), **changes).problem is problem
    assert count(stage.oak, "groups") == count(stage.oak, "group_members") == 0


def test_who_is_no_member_here_is_answered_like_one(stage: Stage) -> None:
    both_allow(stage.oak, stage.vila)
    group_id = str(uuid4())
    invited = {"card": card(group_id), "seat": "invited"}

    told = [
        seats(stage, group_id, guest=f"{number}@oakv.example", **invited)
        for number in ("0002", "0077", "-WAHA", "0000")
    ]

    assert len({(one.status, json.dumps(one.body)) for one in told}) == 1
    assert count(stage.oak, "group_members") == 1


class Home:
    """The home of a group that lies in its log; Oakvale's member is a guest there."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.group = open_group(stage.vila)
        both_allow(stage.oak, stage.vila)
        hear(stage.oak, stage.vila)
        self.guest = Visitor(stage.oak, 2, known(stage.oak))
        self.guest.join()
        talk(stage.oak, stage.vila)
        self.steward = Visitor(stage.vila, 1, self.group)

    def forge(self, seq: int, **changes: object) -> None:
        """Let an entry of the log tell something else than was written."""

        def work(writer: Writer) -> None:
            (logged,) = group_log.after(writer, self.group, seq - 1, limit=1)
            told = json.loads(logged.told or b"{}") | changes
            writer.run("DROP TRIGGER group_log_only_forgets")
            writer.run(
                "UPDATE group_log SET told = ? WHERE group_id = ? AND seq = ?",
                (json.dumps(told).encode(), self.group, seq),
            )

        self.stage.vila.write(work)

    def rewrite(self, sql: str) -> None:
        self.stage.vila.write(lambda writer: writer.run(sql))

    def fault(self) -> str:
        """Bring the log home, and return why it was not taken."""
        for _ in range(9):
            for pair in ((self.stage.vila, self.stage.oak),) * 3:
                say(*pair)
            say(self.stage.oak, self.stage.vila)
        return self.stage.oak.read(
            lambda reader: str(
                reader.one("SELECT group_concat(last_error) FROM outbox")[0] or ""
            )
        )


@pytest.fixture
def home(stage: Stage) -> Home:
    return Home(stage)


def test_words_that_are_not_those_of_their_entry_are_not_taken(home: Home) -> None:
    home.steward.write("True")
    home.forge(1, name="Somebody else")

    assert "not what its entry names" in home.fault()
    assert home.guest.titles() == []


def test_a_gap_in_a_log_is_not_passed_over(home: Home) -> None:
    home.steward.write("One")
    home.steward.write("Two")
    home.rewrite("DELETE FROM group_log WHERE seq = 1")

    assert "not the next" in home.fault()
    assert home.guest.titles() == []


def test_a_log_that_has_another_past_is_read_anew(home: Home) -> None:
    home.steward.write("Before the backup")
    home.steward.write("Lost with it")
    talk(home.stage.oak, home.stage.vila)
    assert home.guest.titles() == ["Lost with it", "Before the backup"]

    def restored(writer: Writer) -> None:
        writer.run("DELETE FROM group_log WHERE seq = 2")
        writer.run("DELETE FROM group_notices WHERE title = 'Lost with it'")

    home.stage.vila.write(restored)
    home.steward.write("After the backup")
    home.steward.write("And more")
    talk(home.stage.oak, home.stage.vila)

    assert home.guest.titles() == ["And more", "After the backup", "Before the backup"]
    assert count(home.stage.oak, "notices") >= 2


def test_a_home_cannot_say_that_our_member_wrote_what_they_did_not(home: Home) -> None:
    def invent(writer: Writer) -> None:
        writer.run(
            "INSERT INTO group_notices (uuid, group_id, address, address_name, title,"
            " body, written_at) VALUES (?, ?, '0002@oakv.example', 'Bob', 'I am a thief',"
            " '', 1)",
            (uuid4().bytes, home.group),
        )
        group = groups.find(writer, home.group)
        assert group is not None
        for notice in group_notices.newest(writer, home.group, before=None, limit=9):
            chronicle.written(writer, group, notice, now=home.stage.now)

    home.stage.vila.write(invent)
    talk(home.stage.oak, home.stage.vila)

    assert home.guest.titles() == []


def test_a_group_of_one_home_cannot_be_taken_by_another(
    stage: Stage, steward: Visitor
) -> None:
    """Al Waha says it is the home of a group whose id it knows from Oakvale."""
    hear(steward.node, stage.vila)
    group_id = id_of(stage.oak, steward.group)

    def copies(reader: Reader) -> set[UUID]:
        return {
            group_copies.id_of(peer, group_id)
            for (peer,) in reader.all("SELECT id FROM peers")
        }

    assert len(stage.vila.read(copies)) == 2
