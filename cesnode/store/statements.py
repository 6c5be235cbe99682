"""Pages of an account's entries, in the order they were recorded.

A period is bounded by the books' own time, which never runs backwards, so the entries
of a period lie together and lead from its opening to its closing balance.
"""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.ledger.statements import Line, Statement
from cesnode.ledger.trades import reference
from cesnode.store.database import Reader, Row

_LAST = 2**62
_LINES = """
SELECT e.seq, x.recorded_at, t.event_on, x.kind, e.amount, e.balance_after,
    CASE ?1 WHEN t.seller_id THEN t.seller_levy WHEN t.buyer_id THEN t.buyer_levy END, t.id,
    COALESCE(t.other, o.number), CASE WHEN t.other IS NULL THEN o.name END,
    CASE WHEN ?1 IN (t.seller_id, t.buyer_id) THEN t.description END
FROM entries AS e
CROSS JOIN transfers AS x ON x.seq = e.seq
LEFT JOIN trades AS t ON t.id = x.trade_id
LEFT JOIN accounts AS o
    ON o.id = CASE ?1 WHEN t.seller_id THEN t.buyer_id WHEN t.buyer_id THEN t.seller_id END
WHERE e.account_id = ?1 AND e.seq > ?2 AND e.seq <= ?3
ORDER BY e.seq LIMIT ?4
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `since` until before `until` (Unix seconds), and where a page goes on."""

    since: int = 0
    until: int = _LAST
    cursor: int | None = None
    limit: int = 50

    def __post_init__(self) -> None:
        if self.limit < 1:
            raise ValueError("a page has a line or more")


def of_account(reader: Reader, account: int, period: Period) -> Statement:
    first, last = _seq_before(reader, period.since), _seq_before(reader, period.until)
    start = max(first, period.cursor or 0)
    rows = reader.all(_LINES, (account, start, last, period.limit + 1))
    page, rest = rows[: period.limit], rows[period.limit :]
    lines = tuple(_line(row) for row in page)
    opening = _balance_at(reader, account, start)
    return Statement(
        opening=opening,
        lines=lines,
        closing=lines[-1].balance if lines else opening,
        cursor=lines[-1].seq if rest else None,
    )


def latest(reader: Reader, account: int, *, count: int) -> tuple[Line, ...]:
    """Return the last entries of an account, newest first."""
    newest = _LINES.replace("ORDER BY e.seq", "ORDER BY e.seq DESC")
    rows = reader.all(newest, (account, 0, _LAST, count))
    return tuple(_line(row) for row in rows)


def _seq_before(reader: Reader, time: int) -> int:
    """Return the last transfer recorded before a time (0: none), by halving."""
    if time <= 0:
        return 0
    row = reader.first("SELECT seq, recorded_at FROM transfers ORDER BY seq DESC LIMIT 1")
    if row is None or row[1] < time:
        return row[0] if row else 0
    low, high = 0, row[0]  # `low` is before the time, `high` is not.
    while high - low > 1:
        middle = (low + high) // 2
        (recorded,) = reader.one(
            "SELECT recorded_at FROM transfers WHERE seq = ?", (middle,)
        )
        low, high = (middle, high) if recorded < time else (low, middle)
    return low


def _balance_at(reader: Reader, account: int, seq: int) -> int:
    row = reader.first(
        "SELECT balance_after FROM entries WHERE account_id = ? AND seq <= ?"
        " ORDER BY seq DESC LIMIT 1",
        (account, seq),
    )
    return row[0] if row else 0


def _line(row: Row) -> Line:
    (
        seq, recorded_at, event_on, kind, amount, balance, levy, trade,
        other_number, other_name, description,
    ) = row  # fmt: skip
    return Line(
        seq=seq,
        recorded_at=recorded_at,
        event_on=event_on,
        kind=kind,
        amount=amount,
        balance=balance,
        levy=levy or 0,
        ref=reference(trade) if trade is not None else None,
        other_number=other_number,
        other_name=other_name,
        description=description,
    )
