"""Letting somebody in who has no password, or forgot it: by a mail, or by a card.

1. A ticket lets one person in once; another of its kind replaces it.  It sets a
   password, and never replaces a second step.
2. Who asks for a mail learns nothing of whether one was sent.
3. A card's words are few, so wrong ones count against the card; its long secret, in the
   picture, goes on counting.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from cesnode.community import card_words
from cesnode.community.exchange import Exchange
from cesnode.community.languages import SOURCE
from cesnode.community.roles import Actor, Permission
from cesnode.errors import CardWrong, LinkUsed
from cesnode.ledger.accounts import Account
from cesnode.services import (
    access,
    acting,
    identities,
    mailing,
    sessions,
    signing_in,
)
from cesnode.services.mailing import Letter, Template
from cesnode.services.membership import helping
from cesnode.services.signing_in import Entered
from cesnode.store import Reader, Writer, exchanges, sign_ins, tickets
from cesnode.store.sessions import Stage
from cesnode.store.tickets import Kind, Ticket

HOUR = 3_600
MAIL_SECONDS = 2 * HOUR
CARD_SECONDS = 30 * 24 * HOUR
LINK = "/password/"
CARD_LINK = "/card/"
MOST_WORD_TRIES = 100
"""After so many wrong words a card lets in by its picture alone: one in 20,000 guesses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A sign-in card, just made; its words and its address are shown this once."""

    number: str
    name: str
    words: tuple[str, ...]
    address: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class NewWords:
    """Words for a card, and their hash, which takes long to make."""

    words: tuple[str, ...]
    hash: str


def draw_words(language: str) -> NewWords:
    """Draw three words; takes long, so never on the event loop."""
    drawn = card_words.draw(language)
    return NewWords(drawn, access.hash_password(card_words.key(" ".join(drawn))))


def make_card(
    writer: Writer, actor: Actor, name: str, drawn: NewWords, *, now: int
) -> Card:
    """Make a card for the member of an account; an earlier one counts no more."""
    exchange = exchanges.load(writer, now)
    account, member = helping.helped(writer, exchange, actor, name)
    sign_in = identities.ensure(writer, member, now=now)
    secret = secrets.token_urlsafe(24)
    tickets.insert(
        writer,
        sign_in=sign_in,
        kind=Kind.CARD,
        digest=_digest(secret),
        words=drawn.hash,
        now=now,
        expires_at=now + CARD_SECONDS,
    )
    subject = f"account:{account.number}"
    acting.record(writer, exchange, actor, "member.card_made", subject, now=now)
    return Card(
        number=account.number,
        name=account.name,
        words=drawn.words,
        address=f"{exchange.origin}{CARD_LINK}{secret}",
        expires_at=now + CARD_SECONDS,
    )


def share(writer: Writer, actor: Actor, name: str, other: str, *, now: int) -> Account:
    """Let whoever comes in for one account act for the member of another, too."""
    actor.require(Permission.KEEP_MEMBERS)
    exchange = exchanges.load(writer, now)
    account, member = helping.helped(writer, exchange, actor, name)
    shared, theirs = helping.helped(writer, exchange, actor, other)
    sign_ins.add_member(writer, identities.ensure(writer, member, now=now), theirs)
    details = {"by": account.number}
    subject = f"account:{shared.number}"
    acting.record(
        writer, exchange, actor, "member.shared", subject, details=details, now=now
    )
    return shared


def mail_link(
    writer: Writer,
    exchange: Exchange,
    name: str,
    *,
    address: str,
    language: str = SOURCE.code,
    now: int,
) -> None:
    """Mail a link to whoever comes in by this name, if anybody does.

    Raises:
        TooManyTries: with this name, or from this address.

    """
    signing_in.count(writer, exchange, name, address=address, now=now)
    for person in signing_in.named(writer, exchange, name):
        if person.email is None:
            continue
        secret = _mailed(writer, person.id, seconds=MAIL_SECONDS, now=now)
        values = {"path": LINK + secret, "hours": str(MAIL_SECONDS // HOUR)}
        letter = Letter(
            recipient=person.email,
            template=Template.PASSWORD_RESET,
            language=language,
            values=values,
            useless_after=now + MAIL_SECONDS,
        )
        mailing.queue(writer, letter, now=now)


def welcome_path(writer: Writer, member: int, *, seconds: int, now: int) -> str:
    """Return where a new member chooses a first password."""
    sign_in = identities.ensure(writer, member, now=now)
    return LINK + _mailed(writer, sign_in, seconds=seconds, now=now)


def find(reader: Reader, secret: str, *, now: int) -> Ticket:
    """Return the ticket of a link.

    Raises:
        LinkUsed: there is none, or none that counts any more.

    """
    ticket = tickets.by_digest(reader, _digest(secret), now=now)
    if ticket is None:
        raise LinkUsed
    return ticket


def known_as(reader: Reader, ticket: Ticket) -> str:
    """Return the name under which whoever has a ticket comes in."""
    person = sign_ins.by_id(reader, ticket.sign_in)
    return person.email or sessions.first_number(reader, person.id)


@dataclass(frozen=True, slots=True)
class Spoken:
    """The cards that may be meant by the number of an account, and the words said."""

    cards: tuple[Ticket, ...]
    words: str

    def matching(self) -> Ticket | None:
        """Return the card whose words these are; takes long, as long for every number."""
        stored = [one.words or signing_in.NOBODYS for one in self.cards]
        stored += [signing_in.NOBODYS] * (signing_in.MOST_PEOPLE - len(stored))
        fits = [access.verify_password(each, self.words) for each in stored]
        return next((one for one, fit in zip(self.cards, fits, strict=False) if fit), None)


def speak(
    writer: Writer, exchange: Exchange, number: str, words: str, *, address: str, now: int
) -> Spoken:
    """Count a try of a card's words, and return which cards may be meant.

    Raises:
        TooManyTries: with this number, or from this address.

    """
    signing_in.count(writer, exchange, number, address=address, now=now)
    cards = []
    for person in signing_in.named(writer, exchange, number):
        card = tickets.card_of(writer, person.id, now=now)
        if card is not None and card.tries < MOST_WORD_TRIES:
            tickets.count_try(writer, card.id)
            cards.append(card)
    return Spoken(tuple(cards), card_words.key(words))


def exchange_words(writer: Writer, ticket: Ticket | None, *, now: int) -> str:
    """Give a link for the words that were said: what it leads to is the same.

    Raises:
        CardWrong: they are no card's.

    """
    card = tickets.card_of(writer, ticket.sign_in, now=now) if ticket else None
    if ticket is None or card is None or card.id != ticket.id:
        raise CardWrong
    secret = secrets.token_urlsafe(24)
    tickets.rename(writer, ticket.id, _digest(secret))
    return secret


def use(
    writer: Writer, secret: str, password_hash: str, *, device: str, now: int
) -> Entered:
    """Set a password by a ticket, and come in.

    Raises:
        LinkUsed: it does not count any more.

    """
    ticket = find(writer, secret, now=now)
    identities.change_password(writer, ticket.sign_in, password_hash, now=now)
    person = sign_ins.by_id(writer, ticket.sign_in)
    stage = Stage.PASSWORD if person.has_totp else Stage.WHOLE
    return Entered(
        sessions.begin(writer, person.id, device=device, stage=stage, now=now), stage
    )


def _mailed(writer: Writer, sign_in: int, *, seconds: int, now: int) -> str:
    secret = secrets.token_urlsafe(24)
    tickets.insert(
        writer,
        sign_in=sign_in,
        kind=Kind.MAIL,
        digest=_digest(secret),
        words=None,
        now=now,
        expires_at=now + seconds,
    )
    return secret


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
