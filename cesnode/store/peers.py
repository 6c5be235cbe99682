"""Other exchanges, and how we stand with them."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction

from cesnode.errors import UnknownPeer
from cesnode.ledger.limits import PARTS
from cesnode.store.database import Reader, Row, Values, Writer
from federation.peering import State
from federation.rates import Fee

_SEEN_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A peer as it stands in the transaction that read it.

    `state` is what holds for both: where either side has paused, the peering rests;
    `own_state` is our own side of it.  `clearing` is our account for the peer,
    `credit_line` what we let it owe us, in our currency; `their_credit_line` what it
    lets us owe, in its own.  `hub_fee` is what we keep of its orders that pass through
    here; `recovered_at` tells when our books with it were last recovered from its own.
    """

    id: int
    node: str
    origin: str
    code: str
    name: str
    state: State
    own_state: State
    paused_there: bool
    peering_id: str
    currency: str
    currency_name: str
    scale: int
    rate: Fraction
    box_key: str
    clearing: int
    credit_line: int
    their_credit_line: int
    max_we_owe: int | None
    max_trade: int | None
    max_trade_percent: int | None
    daily_volume: int | None
    allow_requests: bool
    allow_as_hub: bool
    terms_version: int
    recovering: bool
    last_seen_at: int | None
    last_error: str | None
    reconciliation: str
    reconciled_at: int | None
    hub_fee: Fee
    recovered_at: int | None
    shares_market: bool
    carries_messages: bool
    shares_groups: bool
    put_away_at: int | None


_SELECT = """
SELECT id, node, origin, code, name, state, paused_there, peering_id, currency,
    currency_name, scale, rate_n, rate_d, box_key, clearing_id, credit_line,
    their_credit_line, max_we_owe, max_trade, max_trade_percent, daily_volume,
    allow_requests, allow_as_hub, terms_version, recovering, last_seen_at, last_error,
    reconciliation, reconciled_at,
    hub_fee_share, hub_fee_fixed, recovered_at, shares_market,
    carries_messages, shares_groups, put_away_at
FROM peers
"""
_BY_ID = _SELECT + "WHERE id = ?"
_BY_NODE = _SELECT + "WHERE node = ?"
_BY_CODE = _SELECT + "WHERE code = ?"
_BY_CLEARING = _SELECT + "WHERE clearing_id = ?"
_FIND = _SELECT + "WHERE node = ?1 OR origin = ?1 OR code = ?2"
_EVERY = _SELECT + "ORDER BY code"
_MEMO = "peers"


def by_id(reader: Reader, peer: int) -> Peer:
    found = _found(reader, _BY_ID, peer)
    assert found is not None
    return found


def by_node(reader: Reader, node: str) -> Peer | None:
    return _found(reader, _BY_NODE, node)


def by_code(reader: Reader, code: str) -> Peer | None:
    return _found(reader, _BY_CODE, code)


def of_clearing(reader: Reader, accounts: AbstractSet[int]) -> Peer:
    """Return the peer whose clearing account is one of these."""
    known = _remembered(reader)
    for account in accounts:
        if (_BY_CLEARING, account) in known:
            return known[_BY_CLEARING, account]
    read = (_found(reader, _BY_CLEARING, account) for account in accounts)
    return next(peer for peer in read if peer is not None)


def _found(reader: Reader, sql: str, name: int | str) -> Peer | None:
    """Return the peer of a name; what was read of it is remembered under all four."""
    known = _remembered(reader)
    if (sql, name) not in known:
        row = reader.first(sql, (name,))
        if row is None:
            return None
        peer = _peer(row)
        known[_BY_ID, peer.id] = known[_BY_NODE, peer.node] = peer
        known[_BY_CODE, peer.code] = known[_BY_CLEARING, peer.clearing] = peer
    return known[sql, name]


def _remembered(reader: Reader) -> dict[tuple[str, int | str], Peer]:
    known: dict[tuple[str, int | str], Peer] = reader.memo.setdefault(_MEMO, {})
    return known


def change(writer: Writer, sql: str, values: Values) -> int:
    """Change rows of the table of peers, and forget what was read of it before."""
    count = writer.run(sql, values)
    if count:
        writer.memo.pop(_MEMO, None)
    return count


def find(reader: Reader, text: str) -> Peer:
    """Return the peer that somebody named by code, node or address.

    Raises:
        UnknownPeer: there is none.

    """
    tidy = text.strip().rstrip("/")
    row = reader.first(_FIND, (tidy.lower(), tidy.upper()))
    if row is None:
        raise UnknownPeer(peer=text)
    return _peer(row)


def every(reader: Reader) -> list[Peer]:
    return [_peer(row) for row in reader.all(_EVERY)]


def by_origin(reader: Reader, origin: str) -> Peer | None:
    """Return the peer that is reached at an address now."""
    row = reader.first(_SELECT + "WHERE origin = ?", (origin,))
    return _peer(row) if row else None


def at_host(reader: Reader, host: str) -> Peer | None:
    """Return the peer whose name, or else whose present address, has this host."""
    found = by_node(reader, host)
    if found is not None:
        return found
    row = reader.first(
        _SELECT + "WHERE origin IN (?, ?)", (f"https://{host}", f"http://{host}")
    )
    return _peer(row) if row else None


def set_origin(writer: Writer, peer: int, origin: str) -> None:
    """Reach a peer at another address from now on; its name stays."""
    writer.run(
        "UPDATE peers SET origin = ?, last_error = NULL WHERE id = ?", (origin, peer)
    )


def set_put_away(writer: Writer, peer: int, *, now: int) -> None:
    """Show a peer that has ended no more among those there are."""
    writer.run("UPDATE peers SET put_away_at = ? WHERE id = ?", (now, peer))


def set_state(writer: Writer, peer: int, state: State) -> None:
    change(writer, "UPDATE peers SET state = ? WHERE id = ?", (state, peer))


def set_paused_there(writer: Writer, peer: int, *, paused: bool) -> None:
    """Note whether the peer, on its side, lets the peering rest."""
    change(writer, "UPDATE peers SET paused_there = ? WHERE id = ?", (paused, peer))


def seen(writer: Writer, peer: int, now: int) -> None:
    """Note that a peer was heard from; at most once a minute, for it costs a page."""
    writer.heard_from.add(peer)
    change(
        writer,
        "UPDATE peers SET last_seen_at = ?1, last_error = NULL WHERE id = ?2"
        " AND (last_seen_at IS NULL OR last_seen_at < ?1 - ?3 OR last_error IS NOT NULL)",
        (now, peer, _SEEN_SECONDS),
    )


def failed(writer: Writer, peer: int, error: str) -> None:
    change(
        writer,
        "UPDATE peers SET last_error = ?1 WHERE id = ?2 AND last_error IS NOT ?1",
        (error, peer),
    )


def set_recovering(writer: Writer, peer: int, *, recovering: bool) -> None:
    change(writer, "UPDATE peers SET recovering = ? WHERE id = ?", (recovering, peer))


def set_recovered(writer: Writer, peer: int, *, now: int) -> None:
    """Note that our books with a peer are whole again."""
    change(
        writer,
        "UPDATE peers SET recovering = 0, recovered_at = ? WHERE id = ?",
        (now, peer),
    )


def set_reconciliation(writer: Writer, peer: int, status: str, now: int) -> None:
    change(
        writer,
        "UPDATE peers SET reconciliation = ?, reconciled_at = ? WHERE id = ?",
        (status, now, peer),
    )


def _peer(row: Row) -> Peer:
    (
        peer, node, origin, code, name, state, paused_there, peering_id, currency,
        currency_name, scale, rate_n, rate_d, box_key, clearing, credit_line,
        their_credit_line, max_we_owe, max_trade, max_trade_percent, daily_volume,
        allow_requests, allow_as_hub, terms_version, recovering, last_seen_at, last_error,
        reconciliation, reconciled_at, fee_share, fee_fixed, recovered_at, shares_market,
        carries_messages, shares_groups, put_away_at,
    ) = row  # fmt: skip
    own_state = State(state)
    resting = paused_there and own_state is State.ACTIVE
    return Peer(
        id=peer,
        node=node,
        origin=origin,
        code=code,
        name=name,
        state=State.PAUSED if resting else own_state,
        own_state=own_state,
        paused_there=bool(paused_there),
        peering_id=peering_id,
        currency=currency,
        currency_name=currency_name,
        scale=scale,
        rate=Fraction(rate_n, rate_d),
        box_key=box_key,
        clearing=clearing,
        credit_line=credit_line,
        their_credit_line=their_credit_line,
        max_we_owe=max_we_owe,
        max_trade=max_trade,
        max_trade_percent=max_trade_percent,
        daily_volume=daily_volume,
        allow_requests=bool(allow_requests),
        allow_as_hub=bool(allow_as_hub),
        terms_version=terms_version,
        recovering=bool(recovering),
        last_seen_at=last_seen_at,
        last_error=last_error,
        reconciliation=reconciliation,
        reconciled_at=reconciled_at,
        hub_fee=Fee(Fraction(fee_share, PARTS), fee_fixed),
        recovered_at=recovered_at,
        shares_market=bool(shares_market),
        carries_messages=bool(carries_messages),
        shares_groups=bool(shares_groups),
        put_away_at=put_away_at,
    )
