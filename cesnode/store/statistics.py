"""Sums over the whole exchange, of which nobody's name can be told.

Each is bounded by the number of accounts, or by what was recorded since it was last
asked for: no question here becomes slower because the ledger has grown.
"""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.store.database import Reader

# A reversal takes a trade out of the month that it had been counted in.
_TRADED = """
SELECT strftime('%Y-%m', COALESCE(undone.recorded_at, x.recorded_at), 'unixepoch') AS month,
    SUM(CASE WHEN x.reverses IS NULL THEN 1 ELSE -1 END),
    SUM(CASE WHEN x.reverses IS NULL THEN t.amount ELSE -t.amount END)
FROM transfers AS x
CROSS JOIN trades AS t ON t.id = x.trade_id
LEFT JOIN transfers AS undone ON undone.seq = x.reverses
WHERE x.seq > ? GROUP BY month
"""
_HELD_BY_MEMBERS = "a.kind NOT IN ('community', 'clearing', 'system')"
_OPEN = f"""
FROM accounts AS a JOIN standings AS s ON s.account_id = a.id
WHERE {_HELD_BY_MEMBERS} AND a.state <> 'closed'
"""
_SIDES = f"""
SELECT COUNT(*) FILTER (WHERE s.sold > 0 AND s.bought > 0),
    COUNT(*) FILTER (WHERE s.sold > 0 AND s.bought = 0),
    COUNT(*) FILTER (WHERE s.sold = 0 AND s.bought > 0),
    COUNT(*) FILTER (WHERE s.sold = 0 AND s.bought = 0),
    COUNT(*) FILTER (WHERE s.last_trade_at >= ?)
{_OPEN}
"""


@dataclass(frozen=True, slots=True)
class Traded:
    """What a month, written 2026-11, adds to the number of trades and their value."""

    month: str
    trades: int
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """How many accounts gave and received, and how many traded lately."""

    both: int
    only_gave: int
    only_received: int
    neither: int
    active: int

    @property
    def accounts(self) -> int:
        return self.both + self.only_gave + self.only_received + self.neither


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another exchange, and what trade with it comes to, in our currency.

    `gave` is what ours sold there, `received` what they bought from there; `balance` is
    what stands in our account for it.
    """

    name: str
    code: str
    gave: int
    received: int
    trades: int
    balance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """All balances above zero together, and all below (which is negative)."""

    above: int
    below: int

    @property
    def total(self) -> int:
        return self.above + self.below


def traded_after(reader: Reader, seq: int) -> list[Traded]:
    """Return what the transfers after this one add to each month."""
    return [Traded(*row) for row in reader.all(_TRADED, (seq,))]


def hash_of(reader: Reader, seq: int) -> bytes | None:
    row = reader.first("SELECT hash FROM transfers WHERE seq = ?", (seq,))
    return bytes(row[0]) if row else None


def members(reader: Reader) -> int:
    (count,) = reader.one("SELECT COUNT(*) FROM members WHERE state = 'active'")
    return int(count)


def sides(reader: Reader, *, since: int) -> Sides:
    """Count the members' accounts by what they did; `since` is when lately begins."""
    both, gave, received, neither, active = reader.one(_SIDES, (since,))
    return Sides(
        both=both, only_gave=gave, only_received=received, neither=neither, active=active
    )


def balances(reader: Reader) -> list[int]:
    """Return the balances of the members' accounts, lowest first."""
    rows = reader.all(f"SELECT s.balance {_OPEN} ORDER BY s.balance")
    return [balance for (balance,) in rows]


def neighbours(reader: Reader) -> list[Neighbour]:
    """Return what trade with each other exchange comes to, by name."""
    rows = reader.all(
        "SELECT p.name, p.code, s.purchases, s.sales, s.bought + s.sold, s.balance"
        " FROM peers AS p JOIN standings AS s ON s.account_id = p.clearing_id"
        " WHERE s.bought + s.sold > 0 ORDER BY p.name COLLATE NOCASE, p.id"
    )
    return [Neighbour(*row) for row in rows]


def weight(reader: Reader) -> Weight:
    """Add up every balance there is, of whatever kind of account."""
    above, below = reader.one(
        "SELECT COALESCE(SUM(MAX(balance, 0)), 0), COALESCE(SUM(MIN(balance, 0)), 0)"
        " FROM standings"
    )
    return Weight(above=above, below=below)
