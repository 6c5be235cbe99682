"""Sign-ins: how a person comes in, and for which members they may then act."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.store.database import Reader, Row, Writer

_COLUMNS = "SELECT s.id, s.email, s.password, s.totp, s.totp_since FROM sign_ins AS s "
_OF_ACCOUNT = (
    _COLUMNS + "JOIN sign_in_members AS l ON l.sign_in_id = s.id"
    " JOIN account_members AS h ON h.member_id = l.member_id"
    " WHERE h.account_id = ? GROUP BY s.id ORDER BY s.id LIMIT ? + 0"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """`password` is its hash; `totp` a sealed seed, which counts once it was confirmed."""

    id: int
    email: str | None
    password: str | None
    totp: bytes | None
    has_totp: bool


def by_id(reader: Reader, sign_in: int) -> SignIn:
    return _sign_in(reader.one(_COLUMNS + "WHERE s.id = ?", (sign_in,)))


def by_email(reader: Reader, email: str) -> SignIn | None:
    row = reader.first(_COLUMNS + "WHERE s.email = ?", (email,))
    return _sign_in(row) if row else None


def of_account(reader: Reader, account: int, *, most: int) -> list[SignIn]:
    """Return who comes in by the number of an account, the oldest first."""
    return [_sign_in(row) for row in reader.all(_OF_ACCOUNT, (account, most))]


def of_member(reader: Reader, member: int) -> list[int]:
    rows = reader.all(
        "SELECT sign_in_id FROM sign_in_members WHERE member_id = ? ORDER BY sign_in_id",
        (member,),
    )
    return [sign_in for (sign_in,) in rows]


def members_of(reader: Reader, sign_in: int) -> list[int]:
    """Return the members somebody acts for, without those who have left."""
    rows = reader.all(
        "SELECT m.id FROM sign_in_members AS l JOIN members AS m ON m.id = l.member_id"
        " WHERE l.sign_in_id = ? AND m.state = 'active' ORDER BY m.id",
        (sign_in,),
    )
    return [member for (member,) in rows]


def insert(writer: Writer, *, email: str | None, now: int) -> int:
    return writer.insert(
        "INSERT INTO sign_ins (email, created_at) VALUES (?, ?)", (email, now)
    )


def add_member(writer: Writer, sign_in: int, member: int) -> None:
    writer.run(
        "INSERT OR IGNORE INTO sign_in_members (sign_in_id, member_id) VALUES (?, ?)",
        (sign_in, member),
    )


def remove_member(writer: Writer, member: int) -> None:
    """Nobody comes in for this member any more; who had no other cannot come in at all."""
    for sign_in in of_member(writer, member):
        writer.run(
            "DELETE FROM sign_in_members WHERE sign_in_id = ? AND member_id = ?",
            (sign_in, member),
        )
        if writer.first(
            "SELECT 1 FROM sign_in_members WHERE sign_in_id = ? LIMIT 1", (sign_in,)
        ):
            continue
        for table in ("sessions", "recovery_codes", "tickets"):
            writer.run(f"DELETE FROM {table} WHERE sign_in_id = ?", (sign_in,))  # noqa: S608
        writer.run("DELETE FROM sign_ins WHERE id = ?", (sign_in,))


def set_email(writer: Writer, sign_in: int, email: str | None) -> None:
    writer.run("UPDATE sign_ins SET email = ? WHERE id = ?", (email, sign_in))


def set_password(writer: Writer, sign_in: int, digest: str, *, now: int) -> None:
    writer.run(
        "UPDATE sign_ins SET password = ?, password_set_at = ? WHERE id = ?",
        (digest, now, sign_in),
    )


def set_totp(writer: Writer, sign_in: int, seed: bytes | None) -> None:
    """Keep a sealed seed that has still to be confirmed, or forget the one there is."""
    writer.run(
        "UPDATE sign_ins SET totp = ?, totp_since = NULL, totp_step = 0 WHERE id = ?",
        (seed, sign_in),
    )


def confirm_totp(writer: Writer, sign_in: int, *, now: int) -> None:
    writer.run("UPDATE sign_ins SET totp_since = ? WHERE id = ?", (now, sign_in))


def take_step(writer: Writer, sign_in: int, step: int) -> bool:
    """Use up the code of a step of time; False if it, or a later one, was used before."""
    changed = writer.run(
        "UPDATE sign_ins SET totp_step = ?1 WHERE id = ?2 AND totp_step < ?1",
        (step, sign_in),
    )
    return changed == 1


def set_recovery_codes(writer: Writer, sign_in: int, digests: list[bytes]) -> None:
    """Let these codes count, and none that were given before."""
    writer.run("DELETE FROM recovery_codes WHERE sign_in_id = ?", (sign_in,))
    writer.many(
        "INSERT INTO recovery_codes (digest, sign_in_id) VALUES (?, ?)",
        [(digest, sign_in) for digest in digests],
    )


def take_recovery_code(writer: Writer, sign_in: int, digest: bytes, *, now: int) -> bool:
    changed = writer.run(
        "UPDATE recovery_codes SET used_at = ? WHERE digest = ? AND sign_in_id = ?"
        " AND used_at IS NULL",
        (now, digest, sign_in),
    )
    return changed == 1


def recovery_codes_left(reader: Reader, sign_in: int) -> int:
    (left,) = reader.one(
        "SELECT count(*) FROM recovery_codes WHERE sign_in_id = ? AND used_at IS NULL",
        (sign_in,),
    )
    return int(left)


def _sign_in(row: Row) -> SignIn:
    sign_in, email, password, totp, since = row
    return SignIn(
        id=sign_in, email=email, password=password, totp=totp, has_totp=since is not None
    )
