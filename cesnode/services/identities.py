"""Sign-ins as people have them: made when first needed, and what a change of one ends."""

from __future__ import annotations

from collections.abc import Mapping

from cesnode.community.notices import Kind
from cesnode.services import noticing
from cesnode.store import Writer, members, sessions, sign_ins, tickets


def ensure(writer: Writer, member: int, *, now: int) -> int:
    """Return how a member comes in; make it if they never could.

    An address of e-mail leads to one person.  Who shares one that another comes in by
    comes in by the number of an account.
    """
    existing = sign_ins.of_member(writer, member)
    if existing:
        return existing[0]
    email = address(members.by_id(writer, member).email)
    taken = email is None or sign_ins.by_email(writer, email) is not None
    sign_in = sign_ins.insert(writer, email=None if taken else email, now=now)
    sign_ins.add_member(writer, sign_in, member)
    return sign_in


def set_password(writer: Writer, member: int, password_hash: str, *, now: int) -> None:
    """Give a member a password; whoever was signed in by the one before no longer is."""
    sign_in = ensure(writer, member, now=now)
    change_password(writer, sign_in, password_hash, now=now)


def change_password(
    writer: Writer, sign_in: int, password_hash: str, *, but: int | None = None, now: int
) -> None:
    """Change a password and end every other way in, `but` for one session."""
    if sign_ins.by_id(writer, sign_in).password is not None:
        tell(writer, sign_in, Kind.PASSWORD_CHANGED, now=now)
    sign_ins.set_password(writer, sign_in, password_hash, now=now)
    sessions.end_all(writer, sign_in, but=but)
    tickets.forget(writer, sign_in)


def tell(
    writer: Writer,
    sign_in: int,
    kind: Kind,
    *,
    details: Mapping[str, str] | None = None,
    now: int,
) -> None:
    """Tell somebody of their own sign-in, once, as their first member."""
    for member in sign_ins.members_of(writer, sign_in)[:1]:
        noticing.tell(writer, member, kind, details=details or {}, now=now)


def change_email(writer: Writer, member: int, email: str | None) -> None:
    """Let a member come in by another address, if that is nobody else's."""
    wanted = address(email)
    for sign_in in sign_ins.of_member(writer, member)[:1]:
        other = sign_ins.by_email(writer, wanted) if wanted else None
        if other is None or other.id == sign_in:
            sign_ins.set_email(writer, sign_in, wanted)
            tickets.forget(writer, sign_in)


def address(email: str | None) -> str | None:
    """Return an address of e-mail as it is compared."""
    return email.strip().lower() if email and email.strip() else None
