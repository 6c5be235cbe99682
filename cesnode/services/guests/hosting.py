"""Answers other exchanges about groups of ours: which there are, their logs, and wishes.

1. A group that is closed to somebody does not exist for them: the answer is the same.
2. The same wish is answered the same for ever, and acted on once.
3. A guest is of the exchange that brings the wish, and of no other.
4. Whoever goes, or takes words back, is heard however the peering stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from uuid import UUID

from cesnode.community import words
from cesnode.errors import NodeError
from cesnode.services.guests import chronicle, receiving, wishes
from cesnode.services.guests.wishes import Guestbook
from cesnode.services.incoming import Incoming
from cesnode.store import Reader, Writer, group_guests, group_log, groups
from cesnode.store.group_log import Answered, Logged
from cesnode.store.groups import Group
from cesnode.store.peers import Peer
from federation import wire
from federation.errors import (
    NATURE,
    PROBLEM_JSON,
    FederationError,
    Problem,
    schema_invalid,
)
from federation.groups import (
    MOST_CARDS,
    MOST_LINES,
    Cards,
    CardsQuery,
    Entry,
    LogLine,
    LogPage,
    LogQuery,
    Standing,
    Telling,
    Wish,
    WishKind,
)
from federation.peering import State
from federation.signing import Reply

MOST_OF_A_PEER, MOST_OF_ONE = 600, 120
"""Wishes an hour: of a whole exchange, and of one member of it."""
REMEMBERED = 90 * 86_400
"""Seconds for which answers to wishes are known."""
MOST_BYTES = 700_000
_HOUR = 3_600

_BEGINS = frozenset({WishKind.JOIN, WishKind.WRITE, WishKind.SHOW})
_ACTS: Mapping[WishKind, Callable[[Writer, Guestbook, Wish], Standing]] = MappingProxyType(
    {
        WishKind.JOIN: wishes.join,
        WishKind.LEAVE: wishes.leave,
        WishKind.WRITE: wishes.write,
        WishKind.REMOVE: wishes.remove,
        WishKind.SHOW: wishes.show,
        WishKind.HIDE: wishes.hide,
    }
)
_OF_GROUPS = frozenset({Problem.GROUP_UNAVAILABLE, Problem.GROUP_REFUSED})


def cards(reader: Reader, incoming: Incoming) -> Reply:
    """Answer which groups a neighbour's members may know of."""
    _require_shared(incoming.peer)
    after = incoming.arrival.query_as(CardsQuery).after
    found = groups.reaching(
        reader,
        incoming.peer.id,
        after=UUID(after).bytes if after else b"",
        limit=MOST_CARDS + 1,
    )
    page = Cards(
        groups=tuple(receiving.card(reader, group) for group in found[:MOST_CARDS]),
        more=len(found) > MOST_CARDS,
    )
    return Reply(200, wire.write(page))


def log(reader: Reader, incoming: Incoming) -> Reply:
    """Answer a part of the log of a group in which the neighbour has a guest."""
    _require_shared(incoming.peer)
    group = groups.by_uuid(reader, UUID(incoming.arrival.parameter("group_id")))
    if not _is_theirs(reader, group, incoming.peer):
        raise wishes.unavailable()
    assert group is not None  # noqa: S101 - else it is not theirs
    after = incoming.arrival.query_as(LogQuery).after
    room, lines = MOST_BYTES, list[LogLine]()
    for logged in group_log.after(reader, group.id, after, limit=MOST_LINES):
        room -= len(logged.entry) + len(logged.told or b"")
        if lines and room < 0:
            break
        lines.append(_line(logged))
    page = LogPage(head=chronicle.head(reader, group), lines=tuple(lines))
    return Reply(200, wire.write(page))


def wished(writer: Writer, incoming: Incoming) -> Reply:
    """Do what a guest wishes, or refuse it; and answer as it was answered before."""
    wish, peer = incoming.arrival.body(Wish), incoming.peer
    group_id = incoming.arrival.parameter("group_id")
    if wish.guest.rpartition("@")[2] != peer.node:
        detail = "A wish is brought by the guest's own exchange."
        raise FederationError(Problem.NOT_ROUTABLE, detail)
    digest = hashlib.sha256(group_id.encode() + wire.write(wish)).digest()
    known = group_log.answer_to(writer, peer.id, wish.wish_id)
    if known is not None:
        if known.digest != digest:
            detail = "This id was used for another wish."
            raise FederationError(Problem.TRADE_CONFLICT, detail)
        return _reply(known.status, known.answer)
    _require_open(peer, wish)
    _require_pace(writer, peer, wish, now=incoming.now)
    reply = _answer(writer, incoming, UUID(group_id), wish)
    answered = Answered(
        peer=peer.id,
        wish=wish.wish_id,
        digest=digest,
        guest=wish.guest,
        status=reply.status,
        answer=reply.body,
    )
    group_log.keep(writer, answered, now=incoming.now)
    return reply


def _answer(writer: Writer, incoming: Incoming, group: UUID, wish: Wish) -> Reply:
    """Act on a wish; what the group's rules refuse is an answer like any other."""
    try:
        with writer.part():
            name = words.name(wish.name) if wish.kind in _BEGINS else ""
            book = wishes.opened(
                writer, incoming.peer, group, wish.guest, name, now=incoming.now
            )
            standing = _ACTS[wish.kind](writer, book, wish)
    except FederationError as error:
        if error.problem not in _OF_GROUPS:
            raise
        path = incoming.arrival.endpoint.path_with(group_id=str(group))
        return _reply(NATURE[error.problem].status, error.document(path))
    except NodeError as error:
        raise schema_invalid(str(error)) from None
    return _reply(200, wire.write(standing))


def _reply(status: int, body: bytes) -> Reply:
    if status == HTTPStatus.OK:
        return Reply(status, body)
    return Reply(status, body, PROBLEM_JSON)


def _line(logged: Logged) -> LogLine:
    return LogLine(
        entry=wire.read(logged.entry, Entry),
        told=None if logged.told is None else wire.read(logged.told, Telling),
    )


def _is_theirs(reader: Reader, group: Group | None, peer: Peer) -> bool:
    if group is None or group.dissolved_at is not None or not chronicle.is_kept(group):
        return False
    return peer.id in group_guests.peers_inside(reader, group.id)


def _require_shared(peer: Peer) -> None:
    if not peer.shares_groups:
        raise FederationError(Problem.NOT_FOUND, "This node does not offer that.")


def _require_open(peer: Peer, wish: Wish) -> None:
    if wish.kind not in _BEGINS:
        return
    _require_shared(peer)
    if peer.state is not State.ACTIVE:
        detail = "Nothing new begins between us just now."
        raise FederationError(Problem.PEER_PAUSED, detail)


def _require_pace(reader: Reader, peer: Peer, wish: Wish, *, now: int) -> None:
    of_peer, of_guest = group_log.heard_since(reader, peer.id, wish.guest, now - _HOUR)
    if of_peer >= MOST_OF_A_PEER or of_guest >= MOST_OF_ONE:
        detail = "Those are a lot of wishes for one hour. Please bring it later."
        raise FederationError(Problem.RATE_LIMITED, detail)
