"""Debts between exchanges made smaller without a trade, as their people wish it.

1. The debtor says in writing what was given outside, in goods or in money; the creditor
   agrees by an entry of the chain, or refuses.  Both signatures are then in the books.
2. A write-off is the creditor's alone: it forgives, and nobody is asked.
3. Neither takes more off than is owed; what is in flight does not count as owed.
4. The community stands on the other side of both: it gave or got what was given outside.
"""

from __future__ import annotations

from cesnode.community import words
from cesnode.community.roles import Actor, Permission
from cesnode.errors import Ended, NotOurs, PeerResting, UnknownSettlement
from cesnode.ledger.chain import Canonical
from cesnode.ledger.money import parse
from cesnode.services.clearing import announcing, books, debts, relieving
from cesnode.services.clearing.debts import Relief
from cesnode.services.clearing.here import Desk, Here, moment
from cesnode.services.identifiers import uuid7
from cesnode.services.peering import standing
from cesnode.store import (
    Reader,
    Writer,
    alarms,
    clearing_entries,
    exchanges,
    outbox,
    peers,
    settlements,
)
from cesnode.store.settlements import Settlement, SettlementState
from federation import bodies, chain, objects
from federation.chain import Booking, Edge
from federation.objects import EntryKind
from federation.peering import ALLOWED, Need
from federation.signed import sign
from federation.wire import VERSION, write

LETTER, REFUSAL_LETTER = "settlement", "settlement_decline"


def propose(
    writer: Writer, here: Here, actor: Actor, name: str, *, amount: str, what: str, now: int
) -> Settlement:
    """Say that we have settled so much of what we owe a peer, outside of all this.

    Raises:
        NotAllowed, UnknownPeer, PeerResting
        DebtSmaller: we do not owe so much.

    """
    desk = _desk(writer, here, actor, name, now)
    exchange, peer = desk.exchange, desk.peer
    told, wanted = words.description(what), parse(amount, exchange.currency, dotted=True)
    relief = debts.less(exchange, debts.we_owe(writer, peer), wanted)
    word = sign(
        here.key,
        objects.Settlement(
            v=VERSION,
            settlement_id=str(uuid7()),
            debtor=here.node,
            creditor=peer.node,
            debtor_amount=debts.own_money(exchange, relief.own),
            creditor_amount=debts.peer_money(peer, relief.other),
            what=told,
            settled_at=moment(now),
        ),
    )
    proposed = Settlement(
        peer=peer.id,
        ours=True,
        own_amount=relief.own,
        other_amount=relief.other,
        word=word,
        state=SettlementState.PROPOSED,
        why=None,
        proposed_at=now,
        ended_at=None,
    )
    settlements.insert(writer, proposed)
    notice = bodies.SettlementNotice(settlement=word.raw, settlement_sig=word.signature)
    _send(writer, proposed, LETTER, {}, write(notice), now=now)
    _record(writer, desk, actor, "peer.settlement_proposed", proposed, note=told)
    return proposed


def agree(
    writer: Writer, here: Here, actor: Actor, settlement_id: str, *, now: int
) -> Settlement:
    """Agree that a peer has settled what it says, and enter it in the books.

    Raises:
        NotAllowed, UnknownSettlement, NotOurs, Ended, PeerResting
        DebtSmaller: they do not owe so much any more.

    """
    actor.require(Permission.KEEP_PEERS)
    settlement, desk = _asked(writer, here, settlement_id, now=now)
    _require_talk(desk)
    relief = Relief(settlement.own_amount, settlement.other_amount)
    debts.less(desk.exchange, debts.they_owe(writer, desk.peer), relief.own)
    digest = settlement.word.digest
    _relieve(writer, desk, EntryKind.SETTLEMENT, relief, digest=digest)
    settlements.end(writer, settlement, SettlementState.BOOKED, now=now)
    _answered(writer, settlement, now=now)
    _record(writer, desk, actor, "peer.settlement_agreed", settlement)
    return settlements.find(writer, settlement_id) or settlement


def refuse(
    writer: Writer, here: Here, actor: Actor, settlement_id: str, *, why: str, now: int
) -> Settlement:
    """Say that a peer has not settled what it says; its debt stays as it is.

    Raises:
        NotAllowed, UnknownSettlement, NotOurs, Ended

    """
    actor.require(Permission.KEEP_PEERS)
    settlement, desk = _asked(writer, here, settlement_id, now=now)
    told = words.description(why)
    settlements.end(writer, settlement, SettlementState.REFUSED, why=told, now=now)
    _answered(writer, settlement, now=now)
    parameters = {"settlement_id": settlement_id}
    body = write(bodies.Declined(why=told))
    _send(writer, settlement, REFUSAL_LETTER, parameters, body, now=now)
    _record(writer, desk, actor, "peer.settlement_refused", settlement, note=told)
    return settlements.find(writer, settlement_id) or settlement


def write_off(
    writer: Writer, here: Here, actor: Actor, name: str, *, amount: str, why: str, now: int
) -> int:
    """Forgive a peer so much of what it owes us; return the amount in minor units.

    Raises:
        NotAllowed, UnknownPeer, PeerResting
        DebtSmaller: they do not owe so much.

    """
    desk = _desk(writer, here, actor, name, now)
    told = words.description(why)
    wanted = parse(amount, desk.exchange.currency, dotted=True)
    relief = debts.less(desk.exchange, debts.they_owe(writer, desk.peer), wanted)
    _relieve(writer, desk, EntryKind.WRITEOFF, relief, digest=None)
    details: Canonical = {"amount": relief.own}
    exchange, peer = desk.exchange, desk.peer
    kind = "peer.written_off"
    standing.record(writer, exchange, actor, kind, peer, details, note=told, now=now)
    return relief.own


def _relieve(
    writer: Writer, desk: Desk, kind: EntryKind, relief: Relief, *, digest: str | None
) -> None:
    """Write the entry that takes from a peer's debt, book it, and tell the peer."""
    exchange, peer = desk.exchange, desk.peer
    edge = Edge(peer.node, desk.here.node)
    booking = Booking(
        kind=kind,
        digest=digest,
        debtor_amount=chain.relief(debts.peer_money(peer, relief.other)),
        creditor_amount=chain.relief(debts.own_money(exchange, relief.own)),
    )
    head = clearing_entries.head(writer, edge, peer)
    entry = chain.append(desk.here.key, edge, head, booking)
    moves = relieving.TRANSFERS[kind]
    seq = books.adjust(writer, exchange, peer.clearing, relief.own, moves, now=desk.now)
    clearing_entries.insert(
        writer, peer, entry, own=desk.here.node, transfer=seq, now=desk.now
    )
    announcing.tell(writer, desk, edge)
    standing.end_if_settled(writer, exchange, peer, now=desk.now)


def _desk(writer: Writer, here: Here, actor: Actor, name: str, now: int) -> Desk:
    actor.require(Permission.KEEP_PEERS)
    exchange = exchanges.load(writer, now)
    desk = Desk(here, exchange, peers.find(writer, name), now)
    _require_talk(desk)
    return desk


def _require_talk(desk: Desk) -> None:
    peer = desk.peer
    if peer.recovering:
        raise PeerResting(name=peer.name, state="recovering")
    if Need.FINISH not in ALLOWED[peer.own_state]:
        raise PeerResting(name=peer.name, state=peer.own_state)


def _asked(
    reader: Reader, here: Here, settlement_id: str, *, now: int
) -> tuple[Settlement, Desk]:
    """Find a settlement that waits for our answer."""
    settlement = settlements.find(reader, settlement_id)
    if settlement is None:
        raise UnknownSettlement(settlement=settlement_id)
    peer = peers.by_id(reader, settlement.peer)
    if settlement.ours:
        raise NotOurs(name=peer.name)
    if settlement.state is not SettlementState.PROPOSED:
        raise Ended(state=settlement.state)
    return settlement, Desk(here, exchanges.load(reader, now), peer, now)


def _answered(writer: Writer, settlement: Settlement, *, now: int) -> None:
    alarms.settle_about(
        writer, peer=settlement.peer, kind=relieving.ALARM, wire_id=settlement.id, now=now
    )


def _send(
    writer: Writer,
    settlement: Settlement,
    kind: str,
    parameters: dict[str, str],
    body: bytes,
    *,
    now: int,
) -> None:
    outbox.add(
        writer,
        peer=settlement.peer,
        kind=kind,
        wire_id=settlement.id,
        parameters=parameters,
        body=body,
        now=now,
    )


def _record(
    writer: Writer,
    desk: Desk,
    actor: Actor,
    kind: str,
    settlement: Settlement,
    *,
    note: str | None = None,
) -> None:
    exchange, peer = desk.exchange, desk.peer
    details: Canonical = {"settlement": settlement.id, "amount": settlement.own_amount}
    standing.record(writer, exchange, actor, kind, peer, details, note=note, now=desk.now)
