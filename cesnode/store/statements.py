"""Pages of an account's entries, in the order they were recorded.

A period is bounded by the books' own time, which never runs backwards, so the entries
of a period lie together and lead from its opening to its closing balance.
"""

from __future__ import annotations

from collections.abc import Sequence
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
ORDER BY e.seq LIMIT ?4 + 0
"""


_HALVES = """
WITH RECURSIVE halves(place, time, low, high) AS (
    SELECT key, value, iif(newest.recorded_at < value, newest.seq, 0),
        COALESCE(newest.seq, 0) + 1
    FROM (SELECT MAX(seq) AS seq, recorded_at FROM transfers) AS newest
    CROSS JOIN json_each(?1)
    UNION ALL
    SELECT h.place, h.time, iif(x.recorded_at < h.time, x.seq, h.low),
        iif(x.recorded_at < h.time, h.high, x.seq)
    FROM halves AS h CROSS JOIN transfers AS x ON x.seq = (h.low + h.high) / 2
    WHERE h.high - h.low > 1)
"""
"""For each time the last transfer before it: `low`, where `high - low` is 1.  The book has
no gaps and its time never runs back, so halving finds it, and no index has to be kept."""
_BEFORE = f"""{_HALVES}
SELECT h.place, h.low FROM halves AS h WHERE h.high - h.low = 1
"""  # noqa: S608 - our own words
_CLOSINGS = f"""{_HALVES}
SELECT h.place, COALESCE((SELECT e.balance_after FROM entries AS e
    WHERE e.account_id = ?2 AND e.seq <= h.low ORDER BY e.seq DESC LIMIT 1), 0)
FROM halves AS h WHERE h.high - h.low = 1
"""  # noqa: S608 - our own words


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
    first, last = _bounds(reader, period)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve:
    """Which lines of a period are wanted; what is empty or None lets all through."""

    words: str = ""
    person: str = ""  # a number or a part of a name
    kind: str = ""
    sign: int | None = None  # 1: what came in, -1: what went out

    @property
    def is_open(self) -> bool:
        return self == Sieve()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What lines come to: how many there are, what came in, what went out (<= 0)."""

    lines: int = 0
    came: int = 0
    went: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """A calendar year of an account; `closing` is the balance at its end."""

    year: int
    sums: Sums
    closing: int


def sifted(
    reader: Reader, account: int, period: Period, sieve: Sieve
) -> tuple[list[Line], int | None]:
    """Return a page of the lines that pass, in order, and where the next goes on."""
    first, last = _bounds(reader, period)
    passing, values = _passing(sieve)
    rows = reader.all(
        _LINES.replace("ORDER BY", f"{passing} ORDER BY"),
        (account, max(first, period.cursor or 0), last, period.limit + 1, *values),
    )
    page = [_line(row) for row in rows[: period.limit]]
    return page, page[-1].seq if rows[period.limit :] else None


def ends(reader: Reader, account: int, period: Period) -> tuple[int, int]:
    """Return the balances at which a period opens and closes."""
    first, last = _bounds(reader, period)
    return _balance_at(reader, account, first), _balance_at(reader, account, last)


def sums(reader: Reader, account: int, period: Period, sieve: Sieve) -> Sums:
    """Return what the lines that pass come to."""
    first, last = _bounds(reader, period)
    passing, values = _passing(sieve)
    counted = (
        "SELECT count(*), COALESCE(sum(max(e.amount, 0)), 0),"
        " COALESCE(sum(min(e.amount, 0)), 0) FROM entries AS e"
    )
    sql = counted + _LINES.partition("FROM entries AS e")[2]
    sql = sql.replace("ORDER BY e.seq LIMIT ?4 + 0", f"AND ?4 {passing}")
    lines, came, went = reader.one(sql, (account, first, last, 1, *values))
    return Sums(lines=lines, came=came, went=went)


def years(reader: Reader, account: int) -> list[Year]:
    """Return what each calendar year (UTC) of an account came to, the latest first."""
    rows = reader.all(
        "SELECT CAST(strftime('%Y', x.recorded_at, 'unixepoch') AS INTEGER) AS year,"
        " count(*), sum(max(e.amount, 0)), sum(min(e.amount, 0)), max(e.seq)"
        " FROM entries AS e CROSS JOIN transfers AS x ON x.seq = e.seq"
        " WHERE e.account_id = ? GROUP BY year ORDER BY year DESC",
        (account,),
    )
    return [
        Year(
            year=year,
            sums=Sums(lines=lines, came=came, went=went),
            closing=_balance_at(reader, account, last),
        )
        for year, lines, came, went, last in rows
    ]


def closings(reader: Reader, account: int, times: Sequence[int]) -> list[int]:
    """Return what an account's balance was before each of some times."""
    rows = reader.all(_CLOSINGS, (str([*times]), account))
    return [balance for _, balance in sorted(rows)]


def _bounds(reader: Reader, period: Period) -> tuple[int, int]:
    """Return the last transfers before a period begins and before it ends; 0: none."""
    rows = reader.all(_BEFORE, (f"[{period.since}, {period.until}]",))
    (_, first), (_, last) = sorted(rows)
    return first, last


def _passing(sieve: Sieve) -> tuple[str, list[str | int]]:
    """Return the conditions of a sieve, and the values in them, from ?5 on."""
    conditions: list[tuple[str, str | int]] = []
    if sieve.words:
        conditions.append((r"t.description LIKE ? ESCAPE '\'", _holding(sieve.words)))
    if sieve.person:
        whom = (
            r"(COALESCE(t.other, o.number) LIKE ? ESCAPE '\' OR o.name LIKE ? ESCAPE '\')"
        )
        conditions.append((whom, _holding(sieve.person)))
    if sieve.kind:
        conditions.append(("x.kind = ?", sieve.kind))
    if sieve.sign is not None:
        conditions.append(("(e.amount > 0) - (e.amount < 0) = ?", sieve.sign))
    numbered = (
        " AND " + condition.replace("?", f"?{place}")
        for place, (condition, _) in enumerate(conditions, start=5)
    )
    return "".join(numbered), [value for _, value in conditions]


def _holding(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{plain}%"


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
