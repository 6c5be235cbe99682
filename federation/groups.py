"""Groups with members of several exchanges: what their nodes tell each other.

A group lives at its home node, the one writer of its log.  Entries are linked by their
hashes and name the words that belong to them by a digest alone: the words stand beside
the entry, and are left out for ever once somebody has taken them away.  Members of other
exchanges are guests, and what they wish is brought by their own nodes.  Nothing of this
moves money, so nothing in it is signed beyond the request or the answer that brings it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, TypeAlias

import msgspec

from federation import wire
from federation.canonical import digest
from federation.errors import schema_invalid
from federation.objects import Money
from federation.offers import PriceWay, Purpose
from federation.wire import (
    Address,
    Body,
    Hash,
    Line,
    Moment,
    Natural,
    Positive,
    Text,
    Token,
    TradeId,
    Version,
)

MOST_CARDS = 40
MOST_LINES = 100
MOST_STEWARDS = 20
_PREFIX = b"cxn-fed-v1:group"

ThingId: TypeAlias = Annotated[str, msgspec.Meta(pattern=rf"^{wire.UUID}\Z")]
Day: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]


class Door(StrEnum):
    """How one comes in."""

    OPEN = "open"
    APPROVAL = "approval"
    CLOSED = "closed"


class Voice(StrEnum):
    """Who may write notices; everybody inside may reply."""

    STEWARDS = "stewards"
    MEMBERS = "members"


class Seat(StrEnum):
    """What a guest is to a group, by the word of its home."""

    ASKED = "asked"
    INVITED = "invited"
    MEMBER = "member"
    NONE = "none"  # left, or was not let in
    REMOVED = "removed"
    DISSOLVED = "dissolved"  # there is no group any more


class WishKind(StrEnum):
    JOIN = "join"
    LEAVE = "leave"  # also: ask no more, say no to an invitation
    WRITE = "write"
    REMOVE = "remove"  # words of one's own
    SHOW = "show"  # on the board, or differently there
    HIDE = "hide"


class EntryKind(StrEnum):
    WORDS = "words"
    REMOVED = "removed"
    SHOWN = "shown"
    HIDDEN = "hidden"


class Card(Body, frozen=True, kw_only=True):
    """What a group is, for whoever may know of it."""

    group_id: ThingId
    name: Line
    about: Text
    door: Door
    voice: Voice
    members: Natural
    stewards: Annotated[tuple[Line, ...], msgspec.Meta(max_length=MOST_STEWARDS)]


class CardsQuery(Body, frozen=True, kw_only=True):
    after: Annotated[str, msgspec.Meta(pattern=rf"^({wire.UUID})?\Z")] = ""


class Cards(Body, frozen=True, kw_only=True):
    """A page of the groups that a peer may know of, in the order of their ids."""

    groups: Annotated[tuple[Card, ...], msgspec.Meta(max_length=MOST_CARDS)]
    more: bool


class Words(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A notice, or a reply `under` one: then it has no title."""

    title: Line = ""
    text: Text = ""
    under: ThingId | None = None

    def __post_init__(self) -> None:
        if (self.under is None) != bool(self.title):
            raise ValueError("a notice has a title, and a reply has none")


class Listing(Body, frozen=True, kw_only=True, omit_defaults=True):
    """An offering or a want on the board; `unit`, `terms` and `money` as in a market."""

    purpose: Purpose
    title: Line
    text: Text = ""
    price: PriceWay
    amount: Money | None = None
    unit: Line = ""
    terms: Line = ""
    money: Line = ""
    until: Day | None = None

    def __post_init__(self) -> None:
        if (self.price == "amount") != (self.amount is not None):
            raise ValueError("a price that is an amount has one")


class Wish(Body, frozen=True, kw_only=True, omit_defaults=True):
    """What a guest wishes of a group.

    `item` names words or a listing; whoever makes one chooses its id.
    """

    wish_id: TradeId
    guest: Address
    name: Line
    kind: WishKind
    item: ThingId | None = None
    words: Words | None = None
    listing: Listing | None = None

    def __post_init__(self) -> None:
        if (self.item is None) != (self.kind in {WishKind.JOIN, WishKind.LEAVE}):
            raise ValueError("words and listings have an item, comings and goings none")
        if (self.words is not None) != (self.kind is WishKind.WRITE):
            raise ValueError("words are given exactly to be written")
        if (self.listing is not None) != (self.kind is WishKind.SHOW):
            raise ValueError("a listing is given exactly to be shown")


class Standing(Body, frozen=True, kw_only=True):
    """The answer to a wish: the guest's seat, and which of its changes that is."""

    seat: Seat
    turn: Natural


class Seating(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A guest's seat has changed; the card comes along where they may know of it."""

    guest: Address
    seat: Seat
    turn: Positive
    card: Card | None = None
    by: Line = ""


class Telling(Body, frozen=True, kw_only=True, omit_defaults=True):
    """Who says something, and what; `salt` keeps short words from being guessed."""

    author: Address
    name: Line
    words: Words | None = None
    listing: Listing | None = None
    salt: Token


class Entry(Body, frozen=True, kw_only=True, omit_defaults=True):
    """One link of the log of a group: what happened to which item."""

    v: Version
    group_id: ThingId
    seq: Positive
    prev: Hash
    kind: EntryKind
    item: ThingId
    digest: Hash | None = None
    at: Moment

    def __post_init__(self) -> None:
        tells = self.kind in {EntryKind.WORDS, EntryKind.SHOWN}
        if tells != (self.digest is not None):
            raise ValueError("an entry has a digest exactly if it tells something")


class LogLine(Body, frozen=True, kw_only=True, omit_defaults=True):
    """An entry, and what it tells unless that was taken away."""

    entry: Entry
    told: Telling | None = None


class Head(Body, frozen=True, kw_only=True):
    """Where a log ends: the number of its entries, and the hash of the last."""

    seq: Natural
    hash: Hash


class LogQuery(Body, frozen=True, kw_only=True):
    after: Natural = 0


class LogPage(Body, frozen=True, kw_only=True):
    """A part of a log, in its order, and where all of it ends."""

    head: Head
    lines: Annotated[tuple[LogLine, ...], msgspec.Meta(max_length=MOST_LINES)]


class LogForked(Exception):
    """A log does not go on where we stand: its home has another past than it told."""


def beginning(group_id: str) -> Head:
    """Return the head of a log in which nothing stands yet."""
    named = _PREFIX + b"-log\n" + group_id.encode()
    return Head(seq=0, hash=hashlib.sha256(named).hexdigest())


def head_of(entry: Entry) -> Head:
    """Return the head of a log that ends with an entry."""
    named = _PREFIX + b"-entry\n" + wire.write(entry)
    return Head(seq=entry.seq, hash=hashlib.sha256(named).hexdigest())


def digest_of(told: Telling) -> str:
    return digest(wire.write(told))


def follow(page: LogPage, group_id: str, head: Head) -> Iterator[tuple[LogLine, Head]]:
    """Go on from a head, line by line; each with the head that it makes.

    Raises:
        LogForked: the log does not go on from there.
        FederationError: a line is not of this log, or tells what it has no digest of.

    """
    if page.head.seq < head.seq or (page.head.seq == head.seq and page.head != head):
        raise LogForked
    for line in page.lines:
        entry = line.entry
        if entry.group_id != group_id or entry.seq != head.seq + 1:
            raise schema_invalid("A line is not the next of this log.")
        if entry.prev != head.hash:
            raise LogForked
        if line.told is not None and not _belongs(line.told, entry):
            raise schema_invalid("What a line tells is not what its entry names.")
        head = head_of(entry)
        yield line, head
    if not page.lines and page.head != head:
        raise schema_invalid("The log goes on, and no line of it came.")


def _belongs(told: Telling, entry: Entry) -> bool:
    kinds = {EntryKind.WORDS: told.words, EntryKind.SHOWN: told.listing}
    said = [each for each in (told.words, told.listing) if each is not None]
    return said == [kinds.get(entry.kind)] and digest_of(told) == entry.digest
