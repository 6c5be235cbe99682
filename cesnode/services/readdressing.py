"""What a member is called and where letters reach them, changed by themselves.

1. An address counts once whoever reads its letters has said so: a slip of the finger, or
   somebody at an open browser, must not send a member's letters and links elsewhere.
2. The address before is told, and the member's bell rings, whoever made the change.
3. Names are the exchange's to decide about (`exchange set --no-own-names`).
"""

from __future__ import annotations

import hashlib
import secrets

from cesnode.community import words
from cesnode.community.languages import SOURCE
from cesnode.community.roles import Actor, Scope
from cesnode.errors import N_, LinkUsed, MailOff, NamesAreGiven, NotAllowed
from cesnode.ledger.accounts import Account
from cesnode.services import acting, identities, mailing, signing_in
from cesnode.services.authority import member_actor
from cesnode.services.mailing import Letter, Template
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    email_changes,
    exchanges,
    members,
    preferences,
    searching,
)
from cesnode.store.email_changes import EmailChange

LASTS = 2 * 24 * 3_600
LINK = "/address/"
_HOUR = 3_600


def ask(writer: Writer, actor: Actor, email: str, *, address: str, now: int) -> None:
    """Send a letter to an address that a member wishes to be reached at.

    `address` is from where on the network they ask.

    Raises:
        EmailInvalid: it is no address.
        MailOff: this node sends no letters, so nobody can show that it is theirs.
        TooManyTries: for this address, or from this place.

    """
    member = _themselves(actor)
    wanted = words.email(email)
    if not mailing.is_on(writer):
        raise MailOff(field="email")
    exchange = exchanges.load(writer, now)
    signing_in.count(writer, exchange, wanted, address=address, now=now)
    secret = secrets.token_urlsafe(24)
    change = EmailChange(member=member, email=wanted, asked_at=now, expires_at=now + LASTS)
    email_changes.insert(writer, change, digest=_digest(secret))
    letter = Letter(
        recipient=wanted,
        template=Template.ADDRESS_CHECK,
        language=preferences.of_member(writer, member).language or SOURCE.code,
        name=members.by_id(writer, member).name,
        values={"path": LINK + secret, "hours": str(LASTS // _HOUR)},
        useless_after=change.expires_at,
    )
    mailing.queue(writer, letter, now=now)


def asked(reader: Reader, actor: Actor, *, now: int) -> str | None:
    """Return the address that a member has asked for and not yet shown to be theirs."""
    found = email_changes.of_member(reader, _themselves(actor), now=now)
    return found.email if found else None


def find(reader: Reader, secret: str, *, now: int) -> str:
    """Return the address that a link is about.

    Raises:
        LinkUsed: there is none, or it is too old.

    """
    return _found(reader, secret, now=now).email


def prove(writer: Writer, secret: str, *, now: int) -> None:
    """Let a member be reached at the address whose letters they read.

    Raises:
        LinkUsed: the link was used, or is too old.

    """
    change = _found(writer, secret, now=now)
    before = members.by_id(writer, change.member)
    members.set_email(writer, change.member, change.email)
    identities.change_email(writer, change.member, change.email)
    mailing.address_changed(writer, before, now=now)
    email_changes.forget(writer, change.member)
    acting.record(
        writer,
        exchanges.load(writer, now),
        member_actor(writer, change.member),
        "member.email_proven",
        f"member:{change.member}",
        now=now,
    )


def rename(writer: Writer, actor: Actor, account: Account, name: str, *, now: int) -> None:
    """Call an account of the actor's by another name, and them if it is theirs alone.

    Raises:
        FieldInvalid: it is no name.
        NamesAreGiven: in this exchange others decide about names.
        NotAllowed: the account is somebody else's.

    """
    member = _themselves(actor)
    if not actor.owns(account.id):
        raise NotAllowed(permission=N_("name the account of somebody else"))
    exchange = exchanges.load(writer, now)
    if not exchange.rules.own_names:
        raise NamesAreGiven(field="name")
    tidy = words.name(name)
    accounts.set_name(writer, account.id, tidy)
    searching.index_account(writer, account.id)
    if accounts.members_of(writer, account.id) == (member,):
        members.set_name(writer, member, tidy)
    subject = f"account:{account.number}"
    acting.record(writer, exchange, actor, "account.renamed", subject, now=now)


def _themselves(actor: Actor) -> int:
    actor.require_scope(Scope.ADMIN)
    if actor.member is None:
        raise NotAllowed(permission=N_("have an address of their own"))
    return actor.member


def _found(reader: Reader, secret: str, *, now: int) -> EmailChange:
    found = email_changes.by_digest(reader, _digest(secret), now=now)
    if found is None or not members.is_active(reader, found.member):
        raise LinkUsed
    return found


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
