"""Coming in with a password.

1. A stranger learns nothing of who exists: whatever was wrong, the answer is the same,
   and so is the work done for it.
2. A try is counted before it is looked at, for the name that was tried and for the
   address it came from; tries end for some minutes, never for good.
3. Hashing takes long and is done between the transactions, by the caller.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cesnode.community.exchange import Exchange
from cesnode.community.notices import Kind
from cesnode.errors import AccountMalformed, PasswordWrong, SignInWrong, TooManyTries
from cesnode.ledger.accounts import parse_number
from cesnode.services import access, identities, sessions
from cesnode.services.sessions import Presence
from cesnode.store import Reader, Writer, accounts, attempts, sign_ins
from cesnode.store.sessions import Session, Stage
from cesnode.store.sign_ins import SignIn

WINDOW = 10 * 60
PER_NAME, PER_ADDRESS = 20, 200
"""So many tries are looked at in a window; many people may share an address."""
MOST_PEOPLE = 2
"""By the number of an account its first two people come in; others by e-mail.

As many hashes are compared for every name, known or not.
"""
NOBODYS = (
    "$argon2id$v=19$m=19456,t=2,p=1$pFv9G8l21lwNTOg0EhVrxA"
    "$5vO6fgYDTQHdoyDWdmv1ssoK9uHsfFSzm5Tu0PsADKk"
)
"""The hash of no password, compared where there is no other."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Who may be meant by a name, and the hashes that are to be compared."""

    name: bytes
    people: Sequence[SignIn]

    def matching(self, password: str) -> SignIn | None:
        """Return whose password this is; takes long, and the same time for everybody."""
        stored = [one.password or NOBODYS for one in self.people]
        stored += [NOBODYS] * (MOST_PEOPLE - len(stored))
        fits = [access.verify_password(each, password) for each in stored]
        return next((one for one, fit in zip(self.people, fits, strict=False) if fit), None)


@dataclass(frozen=True, slots=True)
class Entered:
    """A session's secret, and whether the second step has still to be taken."""

    secret: str
    stage: Stage


def knock(
    writer: Writer, exchange: Exchange, name: str, *, address: str, now: int
) -> Candidates:
    """Count a try, and return who may be meant.

    Raises:
        TooManyTries: with this name, or from this address.

    """
    subject = count(writer, exchange, name, address=address, now=now)
    people = named(writer, exchange, name)
    if attempts.count(writer, subject, since=now - WINDOW) == PER_NAME:
        for person in people:
            identities.tell(writer, person.id, Kind.SIGN_IN_LOCKED, now=now)
    return Candidates(subject, people)


def count(
    writer: Writer, exchange: Exchange, name: str, *, address: str, now: int
) -> bytes:
    """Count a try with a name; return under what it was counted.

    Raises:
        TooManyTries: with this name, or from this address.

    """
    subject = _subject("name", _number(exchange, name) or name.strip().lower())
    return _count(writer, subject, address, now=now)


def enter(
    writer: Writer, candidates: Candidates, person: SignIn | None, *, device: str, now: int
) -> Entered:
    """Open a session for whose password it was.

    Raises:
        SignInWrong: it was nobody's, or is not any more.

    """
    if person is None or not _still(writer, person):
        raise SignInWrong
    attempts.forget(writer, candidates.name)
    stage = Stage.PASSWORD if person.has_totp else Stage.WHOLE
    secret = sessions.begin(writer, person.id, device=device, stage=stage, now=now)
    return Entered(secret, stage)


def knock_again(writer: Writer, present: Presence, *, address: str, now: int) -> Candidates:
    """Count a try of somebody who is in already, and is asked who they are.

    Raises:
        TooManyTries: by this person, or from this address.

    """
    subject = count_person(writer, present.sign_in.id, address=address, now=now)
    return Candidates(subject, [present.sign_in])


def count_person(writer: Writer, sign_in: int, *, address: str, now: int) -> bytes:
    """Count a try of somebody who is known; return under what it was counted.

    Raises:
        TooManyTries: by this person, or from this address.

    """
    return _count(writer, _subject("person", str(sign_in)), address, now=now)


def prove(
    writer: Writer,
    session: Session,
    candidates: Candidates,
    person: SignIn | None,
    *,
    now: int,
) -> str:
    """Note that somebody has shown who they are; return the session's new secret.

    Raises:
        PasswordWrong: they have not.

    """
    if person is None or not _still(writer, person):
        raise PasswordWrong
    attempts.forget(writer, candidates.name)
    return sessions.renew(writer, session, now=now)


def named(reader: Reader, exchange: Exchange, name: str) -> Sequence[SignIn]:
    """Return who comes in by an address of e-mail, or by the number of an account."""
    if "@" in name:
        found = sign_ins.by_email(reader, identities.address(name) or "")
        return [found] if found else []
    account = accounts.find(reader, _number(exchange, name))
    if account is None:
        return []
    return sign_ins.of_account(reader, account.id, most=MOST_PEOPLE)


def _number(exchange: Exchange, name: str) -> str:
    """Return the number that a name is, however it is written; empty if it is none."""
    try:
        return parse_number(name, exchange.code, field="who").number
    except AccountMalformed:
        return ""


def _count(writer: Writer, subject: bytes, address: str, *, now: int) -> bytes:
    attempts.forget_before(writer, now - WINDOW)
    tried = [(subject, PER_NAME)]
    if address:
        tried.append((_subject("address", address), PER_ADDRESS))
    for each, most in tried:
        if attempts.count(writer, each, since=now - WINDOW) >= most:
            raise TooManyTries(minutes=WINDOW // 60)
    for each, _ in tried:
        attempts.insert(writer, each, now=now)
    return subject


def _still(reader: Reader, person: SignIn) -> bool:
    """Whether the password that was compared is the one of this transaction."""
    mine = sign_ins.members_of(reader, person.id)
    return bool(mine) and sign_ins.by_id(reader, person.id).password == person.password


def _subject(kind: str, text: str) -> bytes:
    return hashlib.sha256(f"{kind}\0{text}".encode("utf-8", "replace")).digest()
