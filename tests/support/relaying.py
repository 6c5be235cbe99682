"""Messages between members of two nodes: written by whom, and read by whom."""

from __future__ import annotations

import json
from typing import Any

from cesnode.community.messages import Takes
from cesnode.services.identifiers import uuid7
from cesnode.services.messages import meeting, reading
from cesnode.services.messages.reading import Said
from cesnode.store import Reader, Writer
from federation.endpoints import MESSAGE
from tests.support.exchanges import Person, acting_as
from tests.support.federation import people
from tests.support.forger import Told, tell
from tests.support.letters import HELLO, write
from tests.support.nodes import Node
from tests.support.wire import ask

Json = dict[str, Any]


def member(reader: Reader, serial: int) -> Person:
    return people(reader)[serial - 1]


def takes(node: Node, serial: int, wanted: Takes = Takes.EVERYBODY) -> None:
    def work(writer: Writer) -> None:
        one = member(writer, serial)
        actor = acting_as(writer, one)
        meeting.set_takes(writer, actor, one.number, wanted, now=node.now)

    node.write(work)


def writes(
    node: Node, serial: int, to: str, text: str = HELLO, *, named: bool = False
) -> int:
    """Let a member write to somebody; return the conversation."""

    def work(writer: Writer) -> int:
        return write(writer, member(writer, serial), to, text, named=named, now=node.now)

    return node.write(work)


def reads(node: Node, serial: int) -> list[Said]:
    """Return all that a member finds in their conversations, newest conversation first."""

    def work(reader: Reader) -> list[Said]:
        actor = acting_as(reader, member(reader, serial))
        return [
            said
            for thread in reading.inbox(reader, actor)
            for said in reading.conversation(reader, actor, thread.conversation).said
        ]

    return node.read(work)


def note(**changes: object) -> Json:
    """Write from Vila Nova's 0001 to Oakvale's 0001, with whatever is to be different."""
    return {
        "message_id": str(uuid7()),
        "from": "0001@vila.example",
        "to": "0001@oakv.example",
        "subject": "",
        "text": HELLO,
        **changes,
    }


def brings(sender: Node, receiver: Node, body: Json) -> Told:
    document = json.dumps(body).encode()
    return tell(receiver, ask(sender, receiver.name, MESSAGE, body=document))
