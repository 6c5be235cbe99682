"""Groups to test with: founded, joined, written in, and with something on their boards."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from cesnode.community.groups import Door, Voice
from cesnode.community.market import Audience, Kind
from cesnode.community.roles import Actor
from cesnode.services.groups import keeping, seating, telling
from cesnode.services.groups.keeping import Charter
from cesnode.services.market import publishing
from cesnode.services.market.drafts import Draft
from cesnode.store import Reader, Writer, acts, groups, notices
from cesnode.store.group_notices import GroupNotice
from cesnode.store.listings import Listing
from tests.support.exchanges import NOW, Person, acting_as


def found(
    writer: Writer,
    person: Person,
    name: str = "Gardeners",
    *,
    door: Door = Door.OPEN,
    voice: Voice = Voice.MEMBERS,
    about: str = "",
) -> int:
    """Found a group; return its number."""
    charter = Charter(name=name, about=about, door=door, voice=voice)
    actor = acting_as(writer, person)
    return keeping.found(writer, actor, charter, id=uuid4(), now=NOW).id


@dataclass(frozen=True, slots=True)
class Circle:
    """A group, and what people do in it."""

    writer: Writer
    number: int

    def actor(self, person: Person) -> Actor:
        return acting_as(self.writer, person)

    def join(self, *people: Person) -> None:
        for person in people:
            seating.knock(self.writer, self.actor(person), self.number, now=NOW)

    def write(
        self,
        person: Person,
        title: str = "We dig",
        body: str = "",
        id: UUID | None = None,  # noqa: A002 - the field's own name
    ) -> GroupNotice:
        actor = self.actor(person)
        written = telling.write(
            self.writer, actor, self.number, title, body, id=id or uuid4(), now=NOW
        )
        assert written is not None
        return written

    def reply(self, person: Person, notice: int, body: str = "I come") -> GroupNotice:
        actor = self.actor(person)
        written = telling.reply(
            self.writer, actor, self.number, notice, body, id=uuid4(), now=NOW
        )
        assert written is not None
        return written

    def put(
        self,
        person: Person,
        title: str = "Seeds",
        *,
        audience: Audience = Audience.GROUP,
        kind: Kind = Kind.OFFERING,
        **draft: Any,  # noqa: ANN401 - Draft checks
    ) -> Listing:
        """Put something on the board, for the group alone unless another is named."""
        return publishing.publish(
            self.writer,
            self.actor(person),
            kind,
            person.number,
            Draft(title=title, audience=audience, groups=(self.number,), **draft),
            id=uuid4(),
            now=NOW,
        ).listing


class Traced(NamedTuple):
    """What was recorded of a group: what, by whom, to which member."""

    kind: str
    by: int | None
    member: int | None = None


def trace(reader: Reader, group: int) -> list[Traced]:
    known = groups.find(reader, group)
    assert known is not None
    return [
        Traced(act.kind, act.actor, json.loads(act.details).get("member"))
        for act in acts.about(reader, f"group:{known.uuid}")
    ]


def told(reader: Reader, person: Person) -> list[str]:
    """Return the kinds of what somebody was told, the oldest first."""
    every = notices.of_member(
        reader, person.member, silenced=frozenset(), before=None, limit=99
    )
    return [one.kind.value for one in reversed(every)]
