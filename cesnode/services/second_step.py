"""A second step when signing in: a code of six digits that changes every half minute.

1. A code counts once, and so does each of the recovery codes that replace it when the
   telephone is lost.
2. What codes are made from lies in the file under lock; its key lies beside the file.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

import pyotp
from nacl.secret import SecretBox

from cesnode.community.exchange import Exchange
from cesnode.community.notices import Kind
from cesnode.community.roles import Actor, Permission
from cesnode.errors import CodeWrong, NoSecondStep
from cesnode.services import acting, identities, sessions, signing_in
from cesnode.services.membership import helping
from cesnode.services.sessions import Presence
from cesnode.store import Reader, Writer, exchanges, sign_ins
from cesnode.store.sessions import Session
from cesnode.store.sign_ins import SignIn

SECONDS = 30
_DRIFT = 1
"""So many steps a telephone's clock may be wrong."""
_SEED_BYTES = 20
RECOVERY_CODES = 10
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""What recovery codes are written with: nothing that looks like something else."""
_GROUP = 4


@dataclass(frozen=True, slots=True)
class Offer:
    """What a telephone has to be told: as an address for its camera, or to be typed."""

    uri: str
    text: str


def begin(writer: Writer, present: Presence, vault: SecretBox) -> None:
    """Prepare a second step; it counts once a first code was right."""
    if not present.sign_in.has_totp:
        seed = secrets.token_bytes(_SEED_BYTES)
        sign_ins.set_totp(writer, present.sign_in.id, bytes(vault.encrypt(seed)))


def offer(present: Presence, exchange: Exchange, vault: SecretBox) -> Offer:
    """Return what was prepared.

    Raises:
        NoSecondStep: nothing was.

    """
    text = _seed(present.sign_in, vault)
    name = present.sign_in.email or present.account.number
    uri = pyotp.TOTP(text).provisioning_uri(name=name, issuer_name=exchange.name)
    return Offer(uri, text)


def confirm(
    writer: Writer, present: Presence, vault: SecretBox, code: str, *, now: int
) -> list[str]:
    """Take the first code; from now on it takes two steps.  Return the recovery codes.

    Raises:
        CodeWrong, NoSecondStep

    """
    person = present.sign_in
    _take(writer, person, vault, code, now=now)
    sign_ins.confirm_totp(writer, person.id, now=now)
    identities.tell(writer, person.id, Kind.SECOND_STEP_CHANGED, now=now)
    return new_recovery_codes(writer, present)


def new_recovery_codes(writer: Writer, present: Presence) -> list[str]:
    """Make recovery codes; those from before count no more."""
    codes = ["".join(map(_letter, range(2 * _GROUP))) for _ in range(RECOVERY_CODES)]
    digests = [_digest(present.sign_in.id, code) for code in codes]
    sign_ins.set_recovery_codes(writer, present.sign_in.id, digests)
    return [f"{code[:_GROUP]}-{code[_GROUP:]}" for code in codes]


def pass_(
    writer: Writer, session: Session, vault: SecretBox, code: str, *, now: int
) -> str:
    """Take the second step of coming in; return the session's new secret.

    Raises:
        CodeWrong: it is no code of theirs, or was used before.

    """
    person = sign_ins.by_id(writer, session.sign_in)
    tidy = _tidy(code)
    if not sign_ins.take_recovery_code(
        writer, person.id, _digest(person.id, tidy), now=now
    ):
        _take(writer, person, vault, tidy, now=now)
    return sessions.renew(writer, session, now=now)


def knock(writer: Writer, session: Session, *, address: str, now: int) -> None:
    """Count a try of the second step.

    Raises:
        TooManyTries: by this person, or from this address.

    """
    signing_in.count_person(writer, session.sign_in, address=address, now=now)


def end(writer: Writer, present: Presence, *, now: int) -> None:
    """Let the password suffice again."""
    _forget(writer, present.sign_in.id, now=now)


def forget(writer: Writer, actor: Actor, name: str, *, now: int) -> None:
    """Let somebody in again who has lost telephone and recovery codes."""
    actor.require(Permission.KEEP_MEMBERS)
    exchange = exchanges.load(writer, now)
    account, member = helping.helped(writer, exchange, actor, name)
    for sign_in in sign_ins.of_member(writer, member):
        _forget(writer, sign_in, now=now)
    subject = f"account:{account.number}"
    acting.record(writer, exchange, actor, "member.second_step_off", subject, now=now)


def _forget(writer: Writer, sign_in: int, *, now: int) -> None:
    sign_ins.set_totp(writer, sign_in, None)
    sign_ins.set_recovery_codes(writer, sign_in, [])
    identities.tell(writer, sign_in, Kind.SECOND_STEP_CHANGED, now=now)


def _take(writer: Writer, person: SignIn, vault: SecretBox, code: str, *, now: int) -> None:
    totp, tidy = pyotp.TOTP(_seed(person, vault)), _tidy(code)
    present = now // SECONDS
    for step in range(present - _DRIFT, present + _DRIFT + 1):
        is_right = hmac.compare_digest(totp.at(step * SECONDS).encode(), tidy.encode())
        if is_right and sign_ins.take_step(writer, person.id, step):
            return
    raise CodeWrong


def _seed(person: SignIn, vault: SecretBox) -> str:
    if person.totp is None:
        raise NoSecondStep
    return base64.b32encode(vault.decrypt(person.totp)).decode()


def _tidy(code: str) -> str:
    return "".join(filter(str.isalnum, code)).lower()


def _letter(_place: int) -> str:
    return secrets.choice(_LETTERS)


def _digest(sign_in: int, code: str) -> bytes:
    return hashlib.sha256(f"{sign_in}:{code}".encode("utf-8", "replace")).digest()


def codes_left(reader: Reader, present: Presence) -> int:
    return sign_ins.recovery_codes_left(reader, present.sign_in.id)
