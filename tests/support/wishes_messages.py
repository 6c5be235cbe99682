"""The services of messages, who may ask for them, and how.

Each is tried in a conversation in which Ann ("seller") has written to Bob ("buyer"), who
has answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import uuid4

from cesnode.community.messages import Takes
from cesnode.community.roles import Actor
from cesnode.services.messages import keeping, meeting, reading, reporting, writing
from cesnode.services.messages.writing import Draft
from tests.support.exchanges import NOW
from tests.support.letters import answer, write
from tests.support.wishes import ALL, EVERYBODY, READING, TOP, TRADING, Act, Town

BOTH = {"seller", "buyer"}
KEEPERS = {"coordinator", "secretary"} | TOP

Call = Callable[[Town, Actor, int], object]


def _talking(call: Call) -> Callable[[Town, Actor], object]:
    def tried(town: Town, actor: Actor) -> object:
        talk = write(town.writer, town.ann, town.bob)
        answer(town.writer, town.bob, talk)
        return call(town, actor, talk)

    return tried


def _reported(call: Call) -> Callable[[Town, Actor], object]:
    def tried(town: Town, actor: Actor) -> object:
        talk = write(town.writer, town.ann, town.bob)
        bob = town.actor("buyer")
        made = reporting.report(town.writer, bob, talk, reason="rude", now=NOW)
        return call(town, actor, made)

    return tried


def _draft() -> Draft:
    return Draft(id=uuid4(), text="Hello")


MESSAGES: Mapping[str, Act] = {
    "write for an account": Act(
        writing.begin,
        lambda t, a: writing.begin(
            t.writer, a, t.ann.number, t.bob.number, _draft(), now=NOW
        ),
        {"seller"},
        TRADING,
    ),
    "answer a message": Act(
        writing.reply,
        _talking(lambda t, a, talk: writing.reply(t.writer, a, talk, _draft(), now=NOW)),
        BOTH,
        TRADING,
    ),
    "see the inbox": Act(
        reading.inbox, lambda t, a: reading.inbox(t.writer, a), EVERYBODY, READING
    ),
    "count conversations with something new": Act(
        reading.unread, lambda t, a: reading.unread(t.writer, a), EVERYBODY, READING
    ),
    "read a conversation": Act(
        reading.conversation,
        _talking(lambda t, a, talk: reading.conversation(t.writer, a, talk)),
        BOTH,
        READING,
    ),
    "see whether a conversation has something new": Act(
        reading.is_unread,
        _talking(lambda t, a, talk: reading.is_unread(t.writer, a, talk)),
        BOTH,
        READING,
    ),
    "take a conversation as read": Act(
        reading.mark_read,
        _talking(lambda t, a, talk: reading.mark_read(t.writer, a, talk, now=NOW)),
        BOTH,
        TRADING,
    ),
    "see who a number is, to write to": Act(
        reading.with_whom,
        lambda t, a: reading.with_whom(t.writer, a, t.ann.number, t.bob.number, now=NOW),
        {"seller"},
        READING,
    ),
    "see of whom one takes no messages": Act(
        reading.blocked,
        lambda t, a: reading.blocked(t.writer, a, t.ann.number, now=NOW),
        {"seller"},
        READING,
    ),
    "see from whom one takes messages": Act(
        meeting.takes,
        lambda t, a: meeting.takes(t.writer, a, t.ann.number, now=NOW),
        {"seller"},
        READING,
    ),
    "say from whom one takes messages": Act(
        meeting.set_takes,
        lambda t, a: meeting.set_takes(t.writer, a, t.ann.number, Takes.HERE, now=NOW),
        {"seller"},
        ALL,
    ),
    "block somebody": Act(
        meeting.set_blocked,
        _talking(
            lambda t, a, talk: meeting.set_blocked(t.writer, a, talk, blocked=True, now=NOW)
        ),
        BOTH,
        TRADING,
    ),
    "take a message back": Act(
        keeping.withdraw,
        _talking(lambda t, a, talk: keeping.withdraw(t.writer, a, talk, 1, now=NOW)),
        {"seller"},
        TRADING,
    ),
    "put a conversation away": Act(
        keeping.set_away,
        _talking(
            lambda t, a, talk: keeping.set_away(t.writer, a, talk, away=True, now=NOW)
        ),
        BOTH,
        TRADING,
    ),
    "see whether the other side keeps a copy": Act(
        keeping.keeps_a_copy,
        _talking(lambda t, a, talk: keeping.keeps_a_copy(t.writer, a, talk)),
        BOTH,
        READING,
    ),
    "delete a conversation for oneself": Act(
        keeping.delete,
        _talking(lambda t, a, talk: keeping.delete(t.writer, a, talk, now=NOW)),
        BOTH,
        TRADING,
    ),
    "see what a report would show": Act(
        reporting.preview,
        _talking(lambda t, a, talk: reporting.preview(t.writer, a, talk)),
        BOTH,
        READING,
    ),
    "report a message": Act(
        reporting.report,
        _talking(
            lambda t, a, talk: reporting.report(t.writer, a, talk, reason="no", now=NOW)
        ),
        BOTH,
        TRADING,
    ),
    "see all reports": Act(
        reporting.cases,
        lambda t, a: reporting.cases(t.writer, a),
        KEEPERS | {"coordinator elsewhere"},
        ALL,
        own="coordinator",
    ),
    "look into a report": Act(
        reporting.case,
        _reported(lambda t, a, made: reporting.case(t.writer, a, made)),
        KEEPERS,
        ALL,
        own="coordinator",
    ),
    "close a report": Act(
        reporting.close,
        _reported(
            lambda t, a, made: reporting.close(t.writer, a, made, outcome="ok", now=NOW)
        ),
        KEEPERS,
        ALL,
        own="coordinator",
    ),
}
