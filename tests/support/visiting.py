"""Groups across exchanges to test with: allowed, opened, joined, and heard of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import msgspec

from cesnode.community.groups import Door, Reach, Seat, Voice
from cesnode.community.market import Audience, Kind
from cesnode.community.roles import OPERATOR
from cesnode.services.groups import keeping, seating, showing, telling
from cesnode.services.groups.keeping import Charter
from cesnode.services.groups.showing import GroupView
from cesnode.services.guests import copying, tending
from cesnode.services.market import publishing
from cesnode.services.market.drafts import Draft
from cesnode.services.peering import changing
from cesnode.services.peering.wishes import Wishes, settings_of
from cesnode.store import (
    Reader,
    Writer,
    group_copies,
    group_members,
    groups,
    peerings,
    peers,
)
from cesnode.store.group_guests import Guest
from cesnode.store.group_notices import GroupNotice
from cesnode.store.listings import Listing
from federation.groups import Card
from tests.support.exchanges import NOW, acting_as
from tests.support.federation import OAKVALE, VILANOVA, befriend
from tests.support.nodes import Node
from tests.support.relaying import member
from tests.support.talking import talk

NAME = "Gardeners"


def allow(node: Node, peer: Node, *, shared: bool = True) -> None:
    """Let the members of two exchanges be guests of each other, or not, for our part."""
    node.write(
        lambda writer: changing.change(
            writer,
            node.here,
            OPERATOR,
            peer.name,
            Wishes(share_groups=shared),
            now=node.now,
        )
    )


def both_allow(node: Node, peer: Node) -> None:
    allow(node, peer)
    allow(peer, node)
    talk(node, peer)


def open_group(
    node: Node,
    *,
    door: Door = Door.OPEN,
    voice: Voice = Voice.MEMBERS,
    reach: Reach = Reach.NEIGHBOURS,
    name: str = NAME,
) -> int:
    """Let the first member found a group that neighbours may come into."""

    def work(writer: Writer) -> int:
        charter = Charter(name=name, about="We dig.", door=door, voice=voice, reach=reach)
        actor = acting_as(writer, member(writer, 1))
        return keeping.found(writer, actor, charter, id=uuid4(), now=node.now).id

    return node.write(work)


def tend(node: Node) -> None:
    """Ask the neighbours what is new, as the job does."""
    node.write(tending.tend, now=node.now)


def hear(*nodes: Node) -> None:
    """Let all ask what is new, and say all there is to say."""
    for node in nodes:
        tend(node)
    talk(*nodes)


def known(node: Node, name: str = NAME) -> int:
    """Return the number under which a node knows a group."""

    def read(reader: Reader) -> int:
        (number,) = reader.one(
            "SELECT id FROM groups WHERE name = ? AND dissolved_at IS NULL", (name,)
        )
        return int(number)

    return node.read(read)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A member of a node, and what they do in a group that the node knows."""

    node: Node
    serial: int
    group: int

    def join(self) -> Seat:
        def work(writer: Writer) -> Seat:
            person = member(writer, self.serial)
            return seating.knock(
                writer,
                acting_as(writer, person),
                self.group,
                person.number,
                now=self.node.now,
            )

        return self.node.write(work)

    def leave(self) -> None:
        self.node.write(
            lambda writer: seating.leave(
                writer,
                acting_as(writer, member(writer, self.serial)),
                self.group,
                now=self.node.now,
            )
        )

    def write(self, title: str, body: str = "", item: UUID | None = None) -> None:
        self.node.write(
            lambda writer: telling.write(
                writer,
                acting_as(writer, member(writer, self.serial)),
                self.group,
                title,
                body,
                id=item or uuid4(),
                now=self.node.now,
            )
        )

    def reply(self, body: str) -> None:
        """Reply to the latest notice."""
        notice = self.sees().inside
        assert notice is not None
        self.node.write(
            lambda writer: telling.reply(
                writer,
                acting_as(writer, member(writer, self.serial)),
                self.group,
                notice.told.notices[0].id,
                body,
                id=uuid4(),
                now=self.node.now,
            )
        )

    def take_away(self, title: str) -> None:
        (notice,) = [one.id for one in self.notices() if one.title == title]
        self.node.write(
            lambda writer: telling.remove(
                writer,
                acting_as(writer, member(writer, self.serial)),
                self.group,
                notice,
                now=self.node.now,
            )
        )

    def put_up(self, title: str, audience: Audience = Audience.GROUP) -> Listing:
        def work(writer: Writer) -> Listing:
            person = member(writer, self.serial)
            draft = Draft(title=title, price="3", audience=audience, groups=(self.group,))
            return publishing.publish(
                writer,
                acting_as(writer, person),
                Kind.OFFERING,
                person.number,
                draft,
                id=uuid4(),
                now=self.node.now,
            ).listing

        return self.node.write(work)

    def sees(self) -> GroupView:
        return self.node.read(
            lambda reader: showing.one(
                reader,
                acting_as(reader, member(reader, self.serial)),
                self.group,
                now=self.node.now,
            )
        )

    def notices(self) -> tuple[GroupNotice, ...]:
        inside = self.sees().inside
        return () if inside is None else inside.told.notices

    def titles(self) -> list[str]:
        return [one.title for one in self.notices()]

    def board(self) -> list[str]:
        """Return the titles on the board, those from elsewhere last."""
        inside = self.sees().inside
        if inside is None:
            return []
        return [one.title for one in inside.board] + [one.title for one in inside.shown]

    def seat(self) -> Seat | None:
        return self.node.read(
            lambda reader: group_members.seat(
                reader, self.group, member(reader, self.serial).member
            )
        )


def guests(node: Node, group: int) -> tuple[Guest, ...]:
    """Return whom the steward of a group sees as guests, whatever their seat."""

    def read(reader: Reader) -> tuple[Guest, ...]:
        actor = acting_as(reader, member(reader, 1))
        found = showing.people(reader, actor, group)
        return (*found.guests, *found.guests_asking, *found.guests_invited)

    return node.read(read)


def count(node: Node, table: str) -> int:
    """Return how many rows a table has."""
    sql = f"SELECT COUNT(*) FROM {table}"  # noqa: S608 - one of ours
    return node.read(lambda reader: int(reader.one(sql)[0]))


def is_known(node: Node, name: str = NAME) -> bool:
    return node.read(
        lambda reader: any(
            one.group.name == name
            for one in groups.listed(
                reader, member(reader, 2).member, hidden=False, limit=99
            )
        )
    )


def neighbour(writer: Writer) -> int:
    """Make Vila Nova a neighbour of Oakvale whose people may be guests; return its id."""
    if peers.by_node(writer, VILANOVA.node) is None:
        befriend(writer, OAKVALE, VILANOVA)
    peer = peers.by_node(writer, VILANOVA.node)
    assert peer is not None
    settings = replace(settings_of(peer), shares_groups=True)
    peerings.set_settings(writer, peer.id, settings)
    return peer.id


def group_there(writer: Writer, peer: int, name: str = NAME, **changes: str) -> int:
    """Let a group of a neighbour be known here; return its number."""
    card = {
        "group_id": str(uuid4()),
        "name": name,
        "about": "We dig.",
        "door": "open",
        "voice": "members",
        "members": 7,
        "stewards": ["Zoe"],
        **changes,
    }
    told = msgspec.convert(card, Card)
    copying.keep(writer, peers.by_id(writer, peer), told, now=NOW)
    group = groups.by_uuid(writer, group_copies.id_of(peer, told.group_id))
    assert group is not None
    return group.id
