"""Applications to join, the terms of the house, and who accepted which of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cesnode.store.database import Reader, Row, Writer

_COLUMNS = (
    "SELECT a.id, a.name, a.email, a.area, a.offers, a.language, a.state, a.applied_at,"
    " a.email_proven_at, a.decided_at, a.reason, n.number,"
    " (SELECT max(version) FROM acceptances AS t WHERE t.application_id = a.id)"
    " FROM applications AS a LEFT JOIN accounts AS n ON n.id = a.account_id "
)
_BY_DIGEST = f"""
{_COLUMNS} WHERE a.digest = ?1
    OR a.id = (SELECT application_id FROM application_questions WHERE digest = ?1)
"""  # noqa: S608 - our own columns


class State(StrEnum):
    UNCONFIRMED = "unconfirmed"  # nobody has shown yet that the address is theirs
    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """`number` is the account's, once there is one; `terms` the version accepted."""

    id: int
    name: str
    email: str
    area: str | None
    offers: str
    language: str
    state: State
    applied_at: int
    email_proven_at: int | None
    decided_at: int | None
    reason: str | None
    number: str | None
    terms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the house asked who applied; `answer` is None until there is one."""

    id: int
    question: str
    asked_at: int
    answer: str | None
    answered_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseTerms:
    version: int
    text: str
    since: int


def terms(reader: Reader) -> HouseTerms | None:
    """Return the terms in force, if the house has any."""
    row = reader.first(
        "SELECT version, text, since FROM house_terms ORDER BY version DESC LIMIT 1"
    )
    return HouseTerms(version=row[0], text=row[1], since=row[2]) if row else None


def insert_terms(writer: Writer, text: str, *, now: int) -> int:
    return writer.insert("INSERT INTO house_terms (text, since) VALUES (?, ?)", (text, now))


def accept(writer: Writer, application: int, version: int, *, now: int) -> None:
    writer.run(
        "INSERT INTO acceptances (application_id, version, accepted_at) VALUES (?, ?, ?)",
        (application, version, now),
    )


def insert(  # noqa: PLR0913 - a row
    writer: Writer,
    *,
    digest: bytes,
    name: str,
    email: str,
    area: str | None,
    offers: str,
    language: str,
    state: State,
    now: int,
) -> int:
    return writer.insert(
        "INSERT INTO applications (digest, name, email, area, offers, language, state,"
        " applied_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (digest, name, email, area, offers, language, state, now),
    )


def by_digest(reader: Reader, digest: bytes) -> Application | None:
    """Return the application of a link: its own, or that of a question about it."""
    row = reader.first(_BY_DIGEST, (digest,))
    return _application(row) if row else None


def by_id(reader: Reader, application: int) -> Application | None:
    row = reader.first(_COLUMNS + "WHERE a.id = ?", (application,))
    return _application(row) if row else None


def count_waiting(reader: Reader) -> int:
    """Return how many applications wait for a decision."""
    (count,) = reader.one("SELECT COUNT(*) FROM applications WHERE state = 'waiting'")
    return int(count)


def in_state(reader: Reader, state: State) -> list[Application]:
    rows = reader.all(_COLUMNS + "WHERE a.state = ? ORDER BY a.id", (state,))
    return [_application(row) for row in rows]


def prove_email(writer: Writer, application: int, *, now: int) -> None:
    writer.run(
        "UPDATE applications SET state = 'waiting', email_proven_at = ?"
        " WHERE id = ? AND state = 'unconfirmed'",
        (now, application),
    )


def approve(
    writer: Writer, application: int, *, account: int, by: int | None, now: int
) -> None:
    writer.run(
        "UPDATE applications SET state = 'approved', decided_at = ?, decided_by = ?,"
        " account_id = ? WHERE id = ?",
        (now, by, account, application),
    )


def decline(
    writer: Writer, application: int, *, reason: str, by: int | None, now: int
) -> None:
    writer.run(
        "UPDATE applications SET state = 'declined', decided_at = ?, decided_by = ?,"
        " reason = ? WHERE id = ?",
        (now, by, reason, application),
    )


def of_account(reader: Reader, account: int) -> Application | None:
    """Return the application by which an account came to be, if it came by one."""
    row = reader.first(_COLUMNS + "WHERE a.account_id = ?", (account,))
    return _application(row) if row else None


def insert_question(
    writer: Writer, application: int, *, digest: bytes, text: str, by: int | None, now: int
) -> None:
    writer.run(
        "INSERT INTO application_questions (application_id, digest, question, asked_by,"
        " asked_at) VALUES (?, ?, ?, ?, ?)",
        (application, digest, text, by, now),
    )


def questions(reader: Reader, application: int) -> list[Question]:
    """Return what was asked about an application, the first question first."""
    rows = reader.all(
        "SELECT id, question, asked_at, answer, answered_at FROM application_questions"
        " WHERE application_id = ? ORDER BY id",
        (application,),
    )
    return [
        Question(
            id=row[0], question=row[1], asked_at=row[2], answer=row[3], answered_at=row[4]
        )
        for row in rows
    ]


def answer(writer: Writer, question: int, text: str, *, now: int) -> None:
    writer.run(
        "UPDATE application_questions SET answer = ?, answered_at = ?"
        " WHERE id = ? AND answer IS NULL",
        (text, now, question),
    )


def erase(writer: Writer, account: int) -> None:
    """Forget who applied for an account, and in which words."""
    writer.run(
        "DELETE FROM application_questions WHERE application_id IN"
        " (SELECT id FROM applications WHERE account_id = ?)",
        (account,),
    )
    writer.run(
        "UPDATE applications SET name = '', email = '', area = NULL, offers = ''"
        " WHERE account_id = ?",
        (account,),
    )


def _application(row: Row) -> Application:
    (
        application,
        name,
        email,
        area,
        offers,
        language,
        state,
        applied,
        proven,
        decided,
        reason,
        number,
        version,
    ) = row
    return Application(
        id=application,
        name=name,
        email=email,
        area=area,
        offers=offers,
        language=language,
        state=State(state),
        applied_at=applied,
        email_proven_at=proven,
        decided_at=decided,
        reason=reason,
        number=number,
        terms=version,
    )
