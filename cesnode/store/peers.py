"""Other exchanges: how we stand with them, and the keys we have pinned of theirs."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction

from cesnode.errors import UnknownPeer
from cesnode.ledger.limits import PARTS
from cesnode.store.database import Reader, Row, Writer
from federation.keys import PublicKey
from federation.peering import State
from federation.rates import Fee
from federation.signed import FindKey

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


_SELECT = """
SELECT id, node, origin, code, name, state, paused_there, peering_id, currency,
    currency_name, scale, rate_n, rate_d, box_key, clearing_id, credit_line,
    their_credit_line, max_we_owe, max_trade, max_trade_percent, daily_volume,
    allow_requests, allow_as_hub, terms_version, recovering, last_seen_at, last_error,
    reconciliation, reconciled_at,
    hub_fee_share, hub_fee_fixed, recovered_at, shares_market
FROM peers
"""
_BY_ID = _SELECT + "WHERE id = ?"
_BY_NODE = _SELECT + "WHERE node = ?"
_BY_CODE = _SELECT + "WHERE code = ?"
_FIND = _SELECT + "WHERE node = ?1 OR origin = ?1 OR code = ?2"
_EVERY = _SELECT + "ORDER BY code"
_KEYS = "keys of peers"
_BY_KEY = """
SELECT peer_id, x FROM peer_keys
WHERE kid = ?1 AND not_before <= ?2 AND (not_after IS NULL OR not_after > ?2)
"""


def by_id(reader: Reader, peer: int) -> Peer:
    return _peer(reader.one(_BY_ID, (peer,)))


def by_node(reader: Reader, node: str) -> Peer | None:
    row = reader.first(_BY_NODE, (node,))
    return _peer(row) if row else None


def by_code(reader: Reader, code: str) -> Peer | None:
    row = reader.first(_BY_CODE, (code,))
    return _peer(row) if row else None


def of_clearing(reader: Reader, accounts: AbstractSet[int]) -> Peer:
    """Return the peer whose clearing account is one of these."""
    first, second = sorted(accounts)
    row = reader.first(_SELECT + "WHERE clearing_id IN (?, ?)", (first, second))
    assert row is not None
    return _peer(row)


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


def set_state(writer: Writer, peer: int, state: State) -> None:
    writer.run("UPDATE peers SET state = ? WHERE id = ?", (state, peer))


def set_paused_there(writer: Writer, peer: int, *, paused: bool) -> None:
    """Note whether the peer, on its side, lets the peering rest."""
    writer.run("UPDATE peers SET paused_there = ? WHERE id = ?", (paused, peer))


def seen(writer: Writer, peer: int, now: int) -> None:
    """Note that a peer was heard from; at most once a minute, for it costs a page."""
    writer.heard_from.add(peer)
    writer.run(
        "UPDATE peers SET last_seen_at = ?1, last_error = NULL WHERE id = ?2"
        " AND (last_seen_at IS NULL OR last_seen_at < ?1 - ?3 OR last_error IS NOT NULL)",
        (now, peer, _SEEN_SECONDS),
    )


def failed(writer: Writer, peer: int, error: str) -> None:
    writer.run(
        "UPDATE peers SET last_error = ?1 WHERE id = ?2 AND last_error IS NOT ?1",
        (error, peer),
    )


def set_recovering(writer: Writer, peer: int, *, recovering: bool) -> None:
    writer.run("UPDATE peers SET recovering = ? WHERE id = ?", (recovering, peer))


def set_recovered(writer: Writer, peer: int, *, now: int) -> None:
    """Note that our books with a peer are whole again."""
    writer.run(
        "UPDATE peers SET recovering = 0, recovered_at = ? WHERE id = ?", (now, peer)
    )


def set_reconciliation(writer: Writer, peer: int, status: str, now: int) -> None:
    writer.run(
        "UPDATE peers SET reconciliation = ?, reconciled_at = ? WHERE id = ?",
        (status, now, peer),
    )


def sender(reader: Reader, keyid: str, now: int) -> tuple[Peer, PublicKey] | None:
    """Return whose key this is, if it may be used and the peering is not closed."""
    row = reader.first(_BY_KEY, (keyid, now))
    if row is None:
        return None
    peer = by_id(reader, row[0])
    return None if peer.state is State.CLOSED else (peer, PublicKey.from_text(row[1]))


def keys(reader: Reader, peer: Peer) -> tuple[PublicKey, ...]:
    """Return every key pinned for a peer, ended ones too: they signed what is kept."""
    rows = reader.all(
        "SELECT x FROM peer_keys WHERE peer_id = ? ORDER BY not_before, kid", (peer.id,)
    )
    return tuple(PublicKey.from_text(x) for (x,) in rows)


def find_key(reader: Reader) -> FindKey:
    """Look keys up by node and keyid, whatever the state of the peering.

    One that was found is remembered: whose it is does not change.
    """
    known: dict[tuple[str, str], PublicKey] = reader.memo.setdefault(_KEYS, {})

    def find(node: str, keyid: str) -> PublicKey | None:
        if (node, keyid) in known:
            return known[node, keyid]
        row = reader.first(
            "SELECT k.x FROM peer_keys AS k JOIN peers AS p ON p.id = k.peer_id"
            " WHERE k.kid = ? AND p.node = ?",
            (keyid, node),
        )
        if row is None:
            return None
        found = known[node, keyid] = PublicKey.from_text(row[0])
        return found

    return find


def owner_of_key(reader: Reader, keyid: str) -> int | None:
    row = reader.first("SELECT peer_id FROM peer_keys WHERE kid = ?", (keyid,))
    return row[0] if row else None


def pin(writer: Writer, peer: int, key: PublicKey, *, since: int) -> None:
    """Hold a key to be the peer's; one that was ended may be used again."""
    writer.run(
        "INSERT INTO peer_keys (kid, peer_id, x, not_before) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (kid) DO UPDATE SET not_after = NULL",
        (key.keyid, peer, key.text, since),
    )


def end_keys(writer: Writer, peer: int, *, until: int) -> None:
    """End every key of a peer: whoever holds one is a stranger from then on."""
    writer.run(
        "UPDATE peer_keys SET not_after = ?1 WHERE peer_id = ?2"
        " AND (not_after IS NULL OR not_after > ?1)",
        (until, peer),
    )


def key_since(reader: Reader, keyid: str) -> int:
    (since,) = reader.one("SELECT not_before FROM peer_keys WHERE kid = ?", (keyid,))
    return int(since)


def end_key(writer: Writer, keyid: str, *, until: int) -> None:
    """Let a key sign nothing new after this; what it has signed stands."""
    writer.run("UPDATE peer_keys SET not_after = ? WHERE kid = ?", (until, keyid))


def remember(writer: Writer, keyid: str, nonce: str, now: int) -> bool:
    """Note a nonce; False if it was heard before."""
    sql = "INSERT INTO peer_nonces (kid, nonce, seen_at) VALUES (?, ?, ?)"
    return writer.run(sql + " ON CONFLICT DO NOTHING", (keyid, nonce, now)) == 1


def forget_nonces(writer: Writer, before: int) -> None:
    writer.run("DELETE FROM peer_nonces WHERE seen_at < ?", (before,))


def _peer(row: Row) -> Peer:
    (
        peer, node, origin, code, name, state, paused_there, peering_id, currency,
        currency_name, scale, rate_n, rate_d, box_key, clearing, credit_line,
        their_credit_line, max_we_owe, max_trade, max_trade_percent, daily_volume,
        allow_requests, allow_as_hub, terms_version, recovering, last_seen_at, last_error,
        reconciliation, reconciled_at, fee_share, fee_fixed, recovered_at, shares_market,
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
    )
