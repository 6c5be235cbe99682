"""Accounts, who holds them, and where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cesnode.errors import UnknownAccount
from cesnode.ledger.accounts import (
    Account,
    AccountKind,
    AccountState,
    SystemAccount,
    system_number,
)
from cesnode.ledger.limits import Limits, Position
from cesnode.store.database import Reader, Row, Writer

COMMUNITY_ID = 1
"""The id of account 0000: it is the first of every exchange (see the schema)."""

_NAMES = "names"
_KINDS = {kind.value: kind for kind in AccountKind}
_STATES = {state.value: state for state in AccountState}
# Not in one IN (...): SQLite would make a table of it for every account it reads.
_BOUND = "a.kind <> 'clearing' AND a.kind <> 'system' AND a.kind <> 'community'"
_COLUMNS = f"""
SELECT a.id, a.number, a.name, a.kind, a.state, a.lock_reason, a.area_id, a.whitelisted,
    CASE WHEN a.own_floor THEN a.floor WHEN {_BOUND} THEN e.floor END,
    CASE WHEN a.own_ceiling THEN a.ceiling WHEN {_BOUND} THEN e.ceiling END,
    s.balance, s.held_out, s.held_in, s.sales, s.purchases, a.reserved
FROM accounts AS a JOIN standings AS s ON s.account_id = a.id, exchange AS e
"""  # noqa: S608 - our own condition
_BY_NUMBER = _COLUMNS + "WHERE a.number = ?"
_BY_NUMBERS = f"{_BY_NUMBER} UNION ALL {_BY_NUMBER}"
_BY_ID = _COLUMNS + "WHERE a.id = ?"
_NAME = "SELECT number, name FROM accounts WHERE id = ?"
_SERIAL = "CAST(substr(number, 5) AS INTEGER)"


def by_number(reader: Reader, number: str, *, field: str | None = None) -> Account:
    """Return the account.

    Raises:
        UnknownAccount: there is none of this number.

    """
    row = reader.first(_BY_NUMBER, (number,))
    if row is None:
        raise UnknownAccount(number=number, field=field)
    return _account(row)


def by_id(reader: Reader, account_id: int) -> Account:
    return _account(reader.one(_BY_ID, (account_id,)))


def sides(reader: Reader, *, seller: str, buyer: str) -> tuple[Account, Account]:
    """Return both accounts of a trade, by their numbers.

    Raises:
        UnknownAccount: there is none of this number; the field says which side.

    """
    found = {row[1]: _account(row) for row in reader.all(_BY_NUMBERS, (seller, buyer))}
    known = reader.memo.setdefault(_NAMES, {})
    known.update((one.id, (one.number, one.name)) for one in found.values())
    for field, number in (("seller", seller), ("buyer", buyer)):
        if number not in found:
            raise UnknownAccount(number=number, field=field)
    return found[seller], found[buyer]


def find(reader: Reader, number: str) -> Account | None:
    row = reader.first(_BY_NUMBER, (number,))
    return _account(row) if row else None


def every(reader: Reader) -> Iterator[Account]:
    """Go through all accounts, in the order of their numbers."""
    return map(_account, reader.all(_COLUMNS + "ORDER BY length(a.number), a.number"))


def of_member(reader: Reader, member: int) -> frozenset[int]:
    rows = reader.all(
        "SELECT account_id FROM account_members WHERE member_id = ?", (member,)
    )
    return frozenset(account_id for (account_id,) in rows)


def members_of(reader: Reader, account: int) -> tuple[int, ...]:
    rows = reader.all(
        "SELECT member_id FROM account_members WHERE account_id = ? ORDER BY member_id",
        (account,),
    )
    return tuple(member for (member,) in rows)


def names(reader: Reader, wanted: Iterable[int]) -> Mapping[int, tuple[str, str]]:
    """Return the number and the name of each of these accounts (and others), by id."""
    known: dict[int, tuple[str, str]] = reader.memo.setdefault(_NAMES, {})
    for account in wanted:
        if account not in known:
            known[account] = reader.one(_NAME, (account,))
    return known


def traders(reader: Reader, *, hidden: bool) -> list[tuple[str, str]]:
    """Return the number and the name of all that can be traded with.

    `hidden` brings along those who do not wish to be listed.
    """
    rows = reader.all(
        "SELECT a.number, a.name FROM accounts AS a WHERE a.state <> 'closed'"
        " AND a.kind NOT IN ('clearing', 'system')"
        " AND (?1 OR NOT EXISTS (SELECT 1 FROM account_members AS m"
        " JOIN profiles AS p ON p.member_id = m.member_id"
        " WHERE m.account_id = a.id AND p.listed = 0))"
        " ORDER BY length(a.number), a.number",
        (hidden,),
    )
    return [(number, name) for number, name in rows]


def activity(reader: Reader, account: int) -> tuple[int, int, int | None, int]:
    """Return the number of sales and of purchases, the last trade and the opening."""
    sold, bought, last, opened = reader.one(
        "SELECT s.sold, s.bought, s.last_trade_at, a.opened_at FROM standings AS s"
        " JOIN accounts AS a ON a.id = s.account_id WHERE a.id = ?",
        (account,),
    )
    return sold, bought, last, opened


def next_serial(reader: Reader) -> int:
    """Return the first number after the last one given; closed accounts keep theirs."""
    sql = (
        f"SELECT COALESCE(MAX({_SERIAL}), 0) + 1 FROM accounts"  # noqa: S608
        " WHERE kind NOT IN ('clearing', 'system')"
    )
    (serial,) = reader.one(sql)
    return int(serial)


def free_name(reader: Reader, number: str) -> str:
    """Return a bookkeeping account's number, or the first like it that is not taken.

    What was owed before a community came here stays on an account of its own.
    """
    spare = (f"{number}{place}" for place in range(2, 10))
    return next(one for one in (number, *spare) if find(reader, one) is None)


def standing_rules(reader: Reader, account: int) -> tuple[bool, int | None]:
    """Return whether receiving from elsewhere needs its member's agreement.

    And up to which amount bills from elsewhere are paid without asking.
    """
    approves, most = reader.one(
        "SELECT approves_receipts, accepts_requests_up_to FROM accounts WHERE id = ?",
        (account,),
    )
    return bool(approves), most


def set_standing_rules(
    writer: Writer, account: int, *, approves_receipts: bool, accepts_up_to: int | None
) -> None:
    writer.run(
        "UPDATE accounts SET approves_receipts = ?, accepts_requests_up_to = ?"
        " WHERE id = ?",
        (approves_receipts, accepts_up_to, account),
    )


def insert(
    writer: Writer, *, number: str, name: str, kind: AccountKind, now: int, area: int | None
) -> int:
    account = writer.insert(
        "INSERT INTO accounts (number, name, kind, opened_at, area_id)"
        " VALUES (?, ?, ?, ?, ?)",
        (number, name, kind, now, area),
    )
    writer.run("INSERT INTO standings (account_id) VALUES (?)", (account,))
    return account


def system(writer: Writer, code: str, purpose: SystemAccount, *, now: int) -> int:
    """Return a system account; it is made when it is first needed."""
    number = system_number(code, purpose)
    row = writer.first("SELECT id FROM accounts WHERE number = ?", (number,))
    if row:
        return int(row[0])
    return insert(
        writer,
        number=number,
        name=purpose.value.capitalize(),
        kind=AccountKind.SYSTEM,
        now=now,
        area=None,
    )


def add_holder(writer: Writer, *, account: int, member: int) -> None:
    writer.run("INSERT INTO account_members VALUES (?, ?)", (account, member))


def set_floor(writer: Writer, account: int, floor: int | None, *, own: bool) -> None:
    """Give an account a floor of its own (None: no floor), or the exchange's again."""
    writer.run(
        "UPDATE accounts SET own_floor = ?, floor = ? WHERE id = ?",
        (own, floor if own else None, account),
    )


def set_ceiling(writer: Writer, account: int, ceiling: int | None, *, own: bool) -> None:
    writer.run(
        "UPDATE accounts SET own_ceiling = ?, ceiling = ? WHERE id = ?",
        (own, ceiling if own else None, account),
    )


def set_state(
    writer: Writer, account: int, state: AccountState, reason: str | None = None
) -> None:
    writer.run(
        "UPDATE accounts SET state = ?, lock_reason = ? WHERE id = ?",
        (state, reason, account),
    )


def set_name(writer: Writer, account: int, name: str) -> None:
    writer.memo.pop(_NAMES, None)
    writer.run("UPDATE accounts SET name = ? WHERE id = ?", (name, account))


def set_area(writer: Writer, account: int, area: int | None) -> None:
    writer.run("UPDATE accounts SET area_id = ? WHERE id = ?", (area, account))


def set_whitelisted(writer: Writer, account: int, *, whitelisted: bool) -> None:
    writer.run("UPDATE accounts SET whitelisted = ? WHERE id = ?", (whitelisted, account))


def _account(row: Row) -> Account:
    (
        account_id, number, name, kind, state, lock_reason, area, whitelisted,
        floor, ceiling, balance, held_out, held_in, sales, purchases, reserved,
    ) = row  # fmt: skip
    return Account(
        id=account_id,
        number=number,
        name=name,
        kind=_KINDS[kind],
        state=_STATES[state],
        lock_reason=lock_reason,
        area=area,
        whitelisted=bool(whitelisted),
        limits=Limits(floor, ceiling),
        position=Position(balance, held_out, held_in),
        sales=sales,
        purchases=purchases,
        reserved=reserved,
    )
