"""Messages that somebody asked the coordinators to look at."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.store.correspondents import Correspondent
from cesnode.store.database import Reader, Row, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report: of the messages of a conversation that its account got, `up_to` one.

    `outcome` is what was said when it was closed.
    """

    id: int
    account: int
    conversation: int
    member: int
    up_to: int
    reason: str
    reported_at: int
    closed_at: int | None
    outcome: str | None


_SELECT = (
    "SELECT id, account_id, conversation_id, member_id, up_to, reason, reported_at,"
    " closed_at, outcome FROM message_reports "
)


def insert(
    writer: Writer, side: Correspondent, *, member: int, reason: str, now: int
) -> Report:
    serial = writer.insert(
        "INSERT INTO message_reports"
        " (account_id, conversation_id, member_id, up_to, reason, reported_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (side.account, side.conversation, member, side.heard, reason, now),
    )
    return Report(
        id=serial,
        account=side.account,
        conversation=side.conversation,
        member=member,
        up_to=side.heard,
        reason=reason,
        reported_at=now,
        closed_at=None,
        outcome=None,
    )


def by_id(reader: Reader, report: int) -> Report | None:
    row = reader.first(_SELECT + "WHERE id = ?", (report,))
    return _report(row) if row else None


def waiting(reader: Reader, side: Correspondent) -> Report | None:
    """Return the report of this side that nobody has closed yet."""
    row = reader.first(
        _SELECT + "WHERE account_id = ? AND conversation_id = ? AND closed_at IS NULL",
        (side.account, side.conversation),
    )
    return _report(row) if row else None


def waits_about(reader: Reader, conversation: int) -> bool:
    """Whether a report of a conversation, by either side, is not closed yet."""
    row = reader.first(
        "SELECT 1 FROM correspondents JOIN message_reports USING"
        " (account_id, conversation_id) WHERE conversation_id = ? AND closed_at IS NULL",
        (conversation,),
    )
    return row is not None


def every(reader: Reader, *, limit: int) -> list[Report]:
    """Return those that wait, the oldest first, and then those closed last."""
    rows = reader.all(
        _SELECT + "ORDER BY closed_at IS NOT NULL, closed_at DESC, id LIMIT ? + 0", (limit,)
    )
    return [_report(row) for row in rows]


def close(writer: Writer, report: int, *, outcome: str, now: int) -> None:
    writer.run(
        "UPDATE message_reports SET closed_at = ?, outcome = ? WHERE id = ?",
        (now, outcome, report),
    )


def _report(row: Row) -> Report:
    (
        report, account, conversation, member, up_to, reason, reported_at, closed_at,
        outcome,
    ) = row  # fmt: skip
    return Report(
        id=report,
        account=account,
        conversation=conversation,
        member=member,
        up_to=up_to,
        reason=reason,
        reported_at=reported_at,
        closed_at=closed_at,
        outcome=outcome,
    )
