"""Lets in who was brought over and has no password here: by a card, or by a letter.

Whoever comes in by one address for several accounts gets one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from cesnode.community.roles import Actor, Permission
from cesnode.errors import MailOff
from cesnode.services import admitting, joining, mailing
from cesnode.services.admitting import Card, NewWords
from cesnode.services.mailing import Letter, Template
from cesnode.store import Reader, Writer, brought
from cesnode.store.brought import Stranger


class Awaited(msgspec.Struct, frozen=True):
    """How many never came in: who get a card, who can get a letter, if there is mail."""

    cards: int
    letters: int
    by_mail: bool


def awaited(reader: Reader, actor: Actor) -> Awaited:
    cards = strangers(reader, actor)
    return Awaited(len(cards), len(_reached(reader)), mailing.is_on(reader))


def strangers(reader: Reader, actor: Actor) -> list[Stranger]:
    """Return who never came in, the first account of each, by their numbers.

    A card lets in by a number: of those who share an account, the first gets it.
    """
    actor.require(Permission.KEEP_MEMBERS)
    return list(_once(one for one in brought.strangers(reader) if one.is_first))


def make_cards(
    writer: Writer,
    actor: Actor,
    drawn: Sequence[tuple[Stranger, NewWords]],
    *,
    now: int,
) -> list[Card]:
    """Make a card for each; one that was made before counts no more."""
    return [
        admitting.make_card(writer, actor, one.number, words, now=now)
        for one, words in drawn
    ]


def write_letters(writer: Writer, actor: Actor, *, language: str, now: int) -> int:
    """Queue a letter of welcome to each who has an address; return how many.

    All who share an account get one, each by their own address.

    Raises:
        MailOff: this node sends no mail.

    """
    actor.require(Permission.KEEP_MEMBERS)
    if not mailing.is_on(writer):
        raise MailOff
    reached = _reached(writer)
    seconds = joining.WELCOME_SECONDS
    for one in reached:
        path = admitting.welcome_path(writer, one.member, seconds=seconds, now=now)
        letter = Letter(
            recipient=one.email or "",
            template=Template.WELCOME,
            language=language,
            name=one.name,
            member=one.member,
            values={"path": path, "number": one.number},
            useless_after=now + seconds,
        )
        mailing.queue(writer, letter, now=now)
    return len(reached)


def _reached(reader: Reader) -> list[Stranger]:
    """Return who has an address, once for each that somebody comes in by."""
    return list(_once(one for one in brought.strangers(reader) if one.email is not None))


def _once(found: Iterable[Stranger]) -> Iterator[Stranger]:
    known: set[int] = set()
    for one in found:
        if one.sign_in is None or one.sign_in not in known:
            yield one
        if one.sign_in is not None:
            known.add(one.sign_in)
