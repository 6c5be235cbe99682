"""Trades: what people see.  What they moved is in transfers."""

from __future__ import annotations

from uuid import UUID

import msgspec

from cesnode.errors import UnknownTrade
from cesnode.ledger.trades import Channel, Trade, TradeState, parse_reference
from cesnode.store import accounts, members
from cesnode.store.database import Reader, Row, Writer
from cesnode.store.sqlite import plain

plain(TradeState)

_COLUMNS = (
    "SELECT t.id, t.uuid, t.state, t.seller_id, t.buyer_id, t.other, t.amount,"
    " t.seller_levy, t.buyer_levy, t.description, t.event_on, t.channel, t.entered_by,"
    " t.on_behalf_of, t.created_at, t.asked FROM trades AS t "
)
_MEMO = "last trade"
_BY_UUID = _COLUMNS + "WHERE t.uuid = ?"
_BY_ID = _COLUMNS + "WHERE t.id = ?"
_LAST = 2**62
_UNPOSTED = "t.state NOT IN ('posted', 'objected', 'reversed')"


class Parties(msgspec.Struct, frozen=True, kw_only=True):
    """Who took part in a trade, by number and name, and who entered it."""

    seller: str
    seller_name: str
    buyer: str
    buyer_name: str
    entered_by: str | None
    on_behalf_of: str | None


def by_uuid(reader: Reader, uuid: UUID) -> Trade | None:
    row = reader.first(_BY_UUID, (uuid.bytes,))
    return _trade(row) if row else None


def known(reader: Reader, uuid: UUID) -> Trade:
    """Return the trade of a UUID that is there."""
    return _trade(reader.one(_BY_UUID, (uuid.bytes,)))


def by_id(reader: Reader, trade_id: int) -> Trade:
    return _trade(reader.one(_BY_ID, (trade_id,)))


def by_name(reader: Reader, text: str) -> Trade:
    """Find a trade by its UUID or its reference.

    Raises:
        UnknownTrade: there is none.

    """
    try:
        found = by_uuid(reader, UUID(text))
    except ValueError:
        row = reader.first(_BY_ID, (parse_reference(text),))
        found = _trade(row) if row else None
    if found is None:
        raise UnknownTrade(ref=text)
    return found


def parties(reader: Reader, trade: Trade) -> Parties:
    other, by = trade.on_behalf_of, trade.entered_by
    wanted = (trade.seller, trade.buyer) + (() if other is None else (other,))
    named = accounts.names(reader, wanted)
    (seller, seller_name), (buyer, buyer_name) = named[trade.seller], named[trade.buyer]
    return Parties(
        seller=seller,
        seller_name=seller_name,
        buyer=buyer,
        buyer_name=buyer_name,
        entered_by=None if by is None else members.name(reader, by),
        on_behalf_of=None if other is None else named[other][0],
    )


def of_account(reader: Reader, account: int, *, since: str, limit: int) -> list[Trade]:
    """Return the latest trades of an account, newest first.

    A posted trade stands where it took effect, another where it was entered.
    """
    # CROSS JOIN keeps the order: along the account's entries, newest first.
    posted = reader.all(
        _COLUMNS.replace(" FROM trades AS t", ", x.recorded_at, x.seq FROM entries AS e")
        + "CROSS JOIN transfers AS x ON x.seq = e.seq AND x.reverses IS NULL"
        " CROSS JOIN trades AS t ON t.id = x.trade_id"
        " WHERE e.account_id = ?1 AND (t.seller_id = ?1 OR t.buyer_id = ?1)"
        " AND t.event_on >= ?2 ORDER BY e.seq DESC LIMIT ?3 + 0",
        (account, since, limit),
    )
    unposted = [
        row
        for side in ("seller_id", "buyer_id")
        for row in reader.all(
            _COLUMNS.replace(" FROM trades", f", t.created_at, {_LAST} FROM trades")
            + f"WHERE t.{side} = ? AND {_UNPOSTED} AND t.event_on >= ?"
            " ORDER BY t.id DESC LIMIT ? + 0",
            (account, since, limit),
        )
    ]
    newest = sorted(posted + unposted, key=lambda row: (*row[-2:], row[0]), reverse=True)
    return [_trade(row[:-2]) for row in newest[:limit]]


def latest(reader: Reader, *, since: str, limit: int) -> list[Trade]:
    rows = reader.all(
        _COLUMNS + "WHERE t.event_on >= ? ORDER BY t.id DESC LIMIT ? + 0", (since, limit)
    )
    return [_trade(row) for row in rows]


def has_open(reader: Reader, account: int) -> bool:
    """Whether a trade of this account still waits for somebody, or is objected to."""
    return bool(unsettled(reader, account, limit=1))


def unsettled(reader: Reader, account: int, *, limit: int) -> list[Trade]:
    """Return the newest trades of an account that are asked for, held or objected to."""
    wanted = (
        f"{_UNPOSTED} AND t.state IN ('requested', 'held', 'pending')",
        "t.state = 'objected'",
    )
    rows = [
        row
        for side in ("seller_id", "buyer_id")
        for states in wanted
        for row in reader.all(
            f"{_COLUMNS} WHERE t.{side} = ? AND {states} ORDER BY t.id DESC LIMIT ? + 0",
            (account, limit),
        )
    ]
    return sorted(map(_trade, rows), key=lambda trade: trade.id, reverse=True)[:limit]


def waiting(reader: Reader, *, before: int) -> list[Trade]:
    """Return requests made before a time, oldest first."""
    rows = reader.all(
        _COLUMNS + "WHERE t.state = 'requested' AND t.created_at < ? ORDER BY t.created_at",
        (before,),
    )
    return [_trade(row) for row in rows]


def next_id(reader: Reader) -> int:
    """Return the id that the next trade will have; no trade is ever deleted."""
    last = reader.memo.get(_MEMO)
    if last is None:
        (last,) = reader.one("SELECT COALESCE(MAX(id), 0) FROM trades")
    return int(last) + 1


def insert(writer: Writer, trade: Trade, *, salt: bytes) -> bool:
    """Add a trade; return False if its UUID is there already.

    `salt` goes with the description; a trade without words has none.
    """
    added = writer.run(
        "INSERT INTO trades (id, uuid, state, seller_id, buyer_id, other, amount,"
        " seller_levy, buyer_levy, description, salt, event_on, channel, entered_by,"
        " on_behalf_of,"
        " created_at, asked)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (uuid) DO NOTHING",
        (
            trade.id,
            trade.uuid.bytes,
            trade.state.value,
            trade.seller,
            trade.buyer,
            trade.other,
            trade.amount,
            trade.seller_levy,
            trade.buyer_levy,
            trade.description,
            None if trade.description is None else salt,
            trade.event_on,
            trade.channel.value,
            trade.entered_by,
            trade.on_behalf_of,
            trade.created_at,
            trade.asked,
        ),
    )
    if added:
        writer.memo[_MEMO] = trade.id
    return added == 1


def salt_of(reader: Reader, trade: int) -> bytes | None:
    (salt,) = reader.one("SELECT salt FROM trades WHERE id = ?", (trade,))
    return bytes(salt) if salt is not None else None


def move_on(writer: Writer, trade: Trade, state: TradeState) -> None:
    """Change the state, which must still be what it was read as."""
    changed = writer.run(
        "UPDATE trades SET state = ? WHERE id = ? AND state = ?",
        (state, trade.id, trade.state),
    )
    assert changed == 1


def set_levies(writer: Writer, trade: int, *, seller: int, buyer: int) -> None:
    """Fix the levies when a request is posted, at the rates of that day."""
    writer.run(
        "UPDATE trades SET seller_levy = ?, buyer_levy = ? WHERE id = ?",
        (seller, buyer, trade),
    )


def set_price(writer: Writer, trade: Trade) -> None:
    """Fix what a bill of another exchange costs its buyer, who agrees to it just now."""
    writer.run(
        "UPDATE trades SET amount = ?, buyer_levy = ? WHERE id = ?",
        (trade.amount, trade.buyer_levy, trade.id),
    )


def erase_words(writer: Writer, trade: int) -> None:
    writer.run("UPDATE trades SET description = NULL, salt = NULL WHERE id = ?", (trade,))


def erase_words_by(writer: Writer, account: int, member: int) -> None:
    """Erase what a member wrote of the trades of an account."""
    for side in ("seller_id", "buyer_id"):
        writer.run(
            "UPDATE trades SET description = NULL, salt = NULL"  # noqa: S608 - columns
            f" WHERE {side} = ? AND entered_by = ?",
            (account, member),
        )


def _trade(row: Row) -> Trade:
    (
        trade_id, uuid, state, seller, buyer, other, amount, seller_levy, buyer_levy,
        description, event_on, channel, entered_by, on_behalf_of, created_at,
        asked,
    ) = row  # fmt: skip
    return Trade(
        id=trade_id,
        uuid=UUID(bytes=bytes(uuid)),
        state=TradeState(state),
        seller=seller,
        buyer=buyer,
        other=other,
        amount=amount,
        seller_levy=seller_levy,
        buyer_levy=buyer_levy,
        description=description,
        event_on=event_on,
        channel=Channel(channel),
        entered_by=entered_by,
        on_behalf_of=on_behalf_of,
        created_at=created_at,
        asked=bool(asked),
    )
