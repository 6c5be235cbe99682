"""Who is signed in on a device, and for whom they act there.

1. A session ends after a time without use, and in any case after a longer one.
2. What somebody may do is read anew in every transaction; only the choice of an
   account is remembered.
3. Who keeps the exchange has no more rights than any member until they have a second
   step: a password alone can be guessed or overheard.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from msgspec.structs import replace

from cesnode.community.notices import Kind
from cesnode.community.roles import Actor, Role
from cesnode.errors import UnknownAccount, UnknownSession
from cesnode.ledger.accounts import Account, AccountState
from cesnode.services import authority, identities
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    email_changes,
    members,
    sessions,
    sign_ins,
    tickets,
)
from cesnode.store.members import Member
from cesnode.store.sessions import Session, Stage
from cesnode.store.sign_ins import SignIn

DAY = 24 * 3_600
IDLE, LONGEST = 14 * DAY, 90 * DAY
SECOND_STEP = 15 * 60
"""How long after the password the second step may be taken."""
PROVEN = 15 * 60
"""For how long nobody is asked again who they are, before what cannot be undone."""
SEEN_EVERY = 3_600
LONGEST_DEVICE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Somebody who is signed in, acting for the member of one account.

    `accounts` are all they may choose from; `actor` has the rights of this moment.
    """

    session: Session
    sign_in: SignIn
    member: Member
    actor: Actor
    account: Account
    accounts: tuple[Account, ...]
    lacks_second_step: bool

    @property
    def until(self) -> int:
        """Until when it is the same, as long as nothing is written."""
        return min(self.session.expires_at, self.session.seen_at + SEEN_EVERY)

    def is_proven(self, now: int) -> bool:
        """Whether they showed lately that they are who they are."""
        return self.session.proven_at + PROVEN > now

    def is_due(self, now: int) -> bool:
        """Whether it is time to note that this device is in use."""
        return self.session.seen_at + SEEN_EVERY <= now


def begin(
    writer: Writer, sign_in: int, *, device: str, stage: Stage = Stage.WHOLE, now: int
) -> str:
    """Open a session; return its secret, which is kept nowhere here."""
    secret = secrets.token_urlsafe(32)
    label = _device(device)
    _tell_of(writer, sign_in, label, now=now)
    sessions.insert(
        writer,
        sign_in=sign_in,
        digest=_digest(secret),
        stage=stage,
        account=None,
        device=label,
        now=now,
        expires_at=_end(stage, now),
    )
    return secret


def renew(writer: Writer, session: Session, *, now: int) -> str:
    """Note that somebody has shown who they are; the session gets another secret."""
    secret = secrets.token_urlsafe(32)
    begun = now if session.stage is Stage.PASSWORD else session.created_at
    sessions.replace(
        writer,
        session.id,
        digest=_digest(secret),
        stage=Stage.WHOLE,
        now=now,
        expires_at=min(now + IDLE, begun + LONGEST),
    )
    return secret


def find(reader: Reader, secret: str, *, now: int) -> Session | None:
    """Return the session of a secret, also one whose second step is not taken yet."""
    return sessions.by_digest(reader, _digest(secret), now=now)


def presence(reader: Reader, secret: str, *, now: int) -> Presence | None:
    """Return who is signed in by this secret; None if nobody is."""
    session = find(reader, secret, now=now)
    if session is None or session.stage is not Stage.WHOLE:
        return None
    held = _held(reader, session.sign_in)
    if not held:
        return None
    account = held.get(session.account or 0) or next(iter(held.values()))
    sign_in = sign_ins.by_id(reader, session.sign_in)
    mine = sign_ins.members_of(reader, sign_in.id)
    member = next(one for one in accounts.members_of(reader, account.id) if one in mine)
    actor = authority.member_actor(reader, member)
    lacks = not sign_in.has_totp and any(each.role is Role.ADMIN for each in actor.grants)
    return Presence(
        session=session,
        sign_in=sign_in,
        member=members.by_id(reader, member),
        actor=replace(actor, grants=()) if lacks else actor,
        account=account,
        accounts=tuple(held.values()),
        lacks_second_step=lacks,
    )


def tidy(writer: Writer, *, now: int) -> int:
    """Forget what lets nobody in any more, and links to addresses; return how many."""
    return (
        sessions.forget_expired(writer, now=now)
        + tickets.forget_expired(writer, now=now)
        + email_changes.forget_expired(writer, now=now)
    )


def first_number(reader: Reader, sign_in: int) -> str:
    """Return the number of the first account somebody acts for; empty if there is none."""
    return next((one.number for one in _held(reader, sign_in).values()), "")


def see(writer: Writer, session: Session, *, now: int) -> None:
    """Note that a device is in use; its session lasts as long again."""
    end = min(now + IDLE, session.created_at + LONGEST)
    sessions.see(writer, session.id, now=now, expires_at=end)


def choose(writer: Writer, present: Presence, account: str) -> None:
    """Act for another of one's accounts from now on, named by its number."""
    for one in present.accounts:
        if one.number == account:
            sessions.choose(writer, present.session.id, one.id)
            return
    raise UnknownAccount(number=account, field="account")


def end(writer: Writer, present: Presence, session: int) -> None:
    """Sign oneself out on a device."""
    if not sessions.end(writer, session, present.sign_in.id):
        raise UnknownSession


def end_others(writer: Writer, present: Presence) -> int:
    return sessions.end_all(writer, present.sign_in.id, but=present.session.id)


def _tell_of(writer: Writer, sign_in: int, device: str, *, now: int) -> None:
    """Tell somebody who is signed in elsewhere of a device that is not among those."""
    known = {one.device for one in sessions.of_sign_in(writer, sign_in, now=now)}
    if known and device not in known:
        details = {"device": device}
        identities.tell(writer, sign_in, Kind.NEW_DEVICE, details=details, now=now)


def _held(reader: Reader, sign_in: int) -> dict[int, Account]:
    """Return the accounts somebody may act for, by id, in order."""
    ids = {
        account
        for member in sign_ins.members_of(reader, sign_in)
        for account in accounts.of_member(reader, member)
    }
    found = (accounts.by_id(reader, account) for account in sorted(ids))
    return {one.id: one for one in found if one.state is not AccountState.CLOSED}


def _end(stage: Stage, now: int) -> int:
    return now + (IDLE if stage is Stage.WHOLE else SECOND_STEP)


def _device(text: str) -> str:
    """Return what a browser calls itself, short and printable."""
    return "".join(filter(str.isprintable, text))[:LONGEST_DEVICE]


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
