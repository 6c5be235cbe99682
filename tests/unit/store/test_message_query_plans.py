"""No message, and no page of messages, walks through a table that grows with them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from cesnode.services.messages import reading
from cesnode.store import Writer, relayed_messages
from tests.support.exchanges import NOW, Person, acting_as
from tests.support.letters import answer, write
from tests.unit.store.test_query_plans import is_harmless, is_slow, overheard, steps

WAYS: Mapping[str, Callable[[Writer, Person, Person], object]] = {
    "begin": lambda w, ann, bob: write(w, bob, ann),
    "answer": lambda w, _, bob: answer(w, bob, 1),
    "what is new on every page": lambda w, ann, _: reading.unread(w, acting_as(w, ann)),
    "the inbox": lambda w, ann, _: reading.inbox(w, acting_as(w, ann)),
    "a conversation": lambda w, ann, _: reading.conversation(w, acting_as(w, ann), 1),
    "reading it": lambda w, _, bob: reading.mark_read(w, acting_as(w, bob), 1, now=NOW),
    "the pace of a peer": lambda w, *_: relayed_messages.pace(
        w, 1, sender="1@a", recipient="1@b", since=NOW
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_query_of_messages_uses_an_index(
    writer: Writer, ann: Person, bob: Person, way: str
) -> None:
    write(writer, ann, bob)
    heard = overheard(writer, lambda: WAYS[way](writer, ann, bob))

    slow = {
        sql: plan
        for sql in heard
        if not is_harmless(sql)
        and (plan := [step for step in steps(writer, sql) if is_slow(sql, step)])
    }

    assert heard
    assert slow == {}
