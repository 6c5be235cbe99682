"""Works the books out anew, from the entries alone."""

from __future__ import annotations

from collections.abc import Mapping

from cesnode.ledger.transfers import Entry
from cesnode.store import (
    Reader,
    accounts,
    holds,
    statements,
)
from cesnode.store.database import Row
from cesnode.store.statements import Period


def everything_follows_from_the_entries(reader: Reader) -> None:
    standings = {
        row[0]: row[1:]
        for row in reader.all(
            "SELECT account_id, balance, held_out, held_in, sales, purchases, sold, bought"
            " FROM standings"
        )
    }
    assert sum(balance for balance, *_ in standings.values()) == 0
    for account, standing in standings.items():
        assert standing == standing_of(reader, account)
        position = accounts.by_id(reader, account).position
        assert position.available == position.balance - position.held_out


def every_transfer_is_whole_and_in_order(reader: Reader) -> None:
    sums = reader.all("SELECT seq, sum(amount) FROM entries GROUP BY seq ORDER BY seq")
    heads = reader.all("SELECT seq, recorded_at FROM transfers ORDER BY seq")
    acts = reader.all("SELECT seq, at FROM acts ORDER BY seq")

    assert sums == [(n + 1, 0) for n in range(len(heads))]
    for rows in (heads, acts):
        assert [seq for seq, _ in rows] == list(range(1, len(rows) + 1))
        assert [at for _, at in rows] == sorted(at for _, at in rows)


def every_statement_closes_at_the_balance(reader: Reader, now: int) -> None:
    for account in accounts.every(reader):
        whole = statements.of_account(reader, account.id, Period(limit=10**6))
        until = statements.of_account(reader, account.id, Period(until=now, limit=10**6))
        since = statements.of_account(reader, account.id, Period(since=now))

        assert (whole.opening, whole.closing) == (0, account.position.balance)
        assert lines_by_page(reader, account.id, 3) == list(whole.lines)
        assert until.closing == since.opening


def lines_by_page(reader: Reader, account: int, limit: int) -> list[object]:
    lines: list[object] = []
    cursor, closing = None, 0
    while True:
        page = statements.of_account(reader, account, Period(cursor=cursor, limit=limit))
        assert page.opening == closing
        lines += page.lines
        cursor, closing = page.cursor, page.closing
        if cursor is None:
            return lines


def standing_of(reader: Reader, account: int) -> Row:
    """Work a standing out anew: entries, open holds, and trades that stand."""
    (balance,) = reader.one(
        "SELECT COALESCE(sum(amount), 0) FROM entries WHERE account_id = ?", (account,)
    )
    out, incoming = 0, 0
    for (trade,) in reader.all("SELECT trade_id FROM holds"):
        hold = holds.open_of(reader, trade)
        for entry in hold.entries if hold else ():
            out += promised(entry, account, -1)
            incoming += promised(entry, account, 1)
    sides = trading_of(reader, account)
    return (
        balance,
        out,
        incoming,
        sides["seller_id"][0],
        sides["buyer_id"][0],
        sides["seller_id"][1],
        sides["buyer_id"][1],
    )


def promised(entry: Entry, account: int, sign: int) -> int:
    return max(0, sign * entry.amount) if entry.account == account else 0


def trading_of(reader: Reader, account: int) -> Mapping[str, tuple[int, int]]:
    return {
        side: reader.one(
            "SELECT COALESCE(sum(amount), 0), count(*) FROM trades"  # noqa: S608
            f" WHERE {side} = ? AND state IN ('posted', 'objected')",
            (account,),
        )
        for side in ("seller_id", "buyer_id")
    }
