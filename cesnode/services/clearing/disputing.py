"""Disputes: a claim about a trade, with evidence, told to the other node.

A dispute moves no money; what is to be put right is put right by a refund, a settlement
or a write-off.  Who opened it says how it ended.
"""

from __future__ import annotations

from cesnode.community import words
from cesnode.community.roles import Actor, Permission
from cesnode.errors import Ended, NotOurs, NotPaidBack, UnknownDispute, UnknownTrade
from cesnode.services import acting
from cesnode.services.clearing import answers, suspending
from cesnode.services.clearing.here import Desk, Here
from cesnode.services.clearing.wording import require_legible
from cesnode.services.identifiers import uuid7
from cesnode.services.incoming import Incoming
from cesnode.store import (
    Reader,
    Writer,
    alarms,
    clearing_entries,
    disputes,
    exchanges,
    forced_voids,
    outbox,
    peers,
    remote_trades,
    trades,
)
from cesnode.store.disputes import Dispute
from cesnode.store.remote_trades import RemoteTrade
from federation import bodies
from federation.bodies import DisputeOutcome
from federation.chain import Edge, entry_hash
from federation.errors import FederationError, Problem, read_problem
from federation.signing import Reply
from federation.trade import Role
from federation.wire import write

LETTER, CHANGE_LETTER = "dispute", "dispute_change"
ALARM = "dispute"

_LATE_CLAIM = "The payer's node had ended this trade by force; a receipt came after that."


def open_about(
    writer: Writer, here: Here, actor: Actor, name: str, *, claim: str, now: int
) -> Dispute:
    """Claim that something is wrong with a trade, and tell the other node.

    Raises:
        NotAllowed
        UnknownTrade: there is none, or it never left this node.

    """
    actor.require(Permission.KEEP_PEERS)
    trade = trades.by_name(writer, name)
    remote = remote_trades.of_trade(writer, trade.id)
    if remote is None:
        raise UnknownTrade(ref=name)
    exchange = exchanges.load(writer, now)
    desk = Desk(here, exchange, peers.by_id(writer, remote.peer), now)
    dispute = _open(writer, desk, remote, words.description(claim))
    subject, details = f"trade:{trade.uuid}", {"dispute": dispute.dispute_id}
    kind, note = "trade.disputed", dispute.claim
    acting.record(
        writer, exchange, actor, kind, subject, details=details, note=note, now=now
    )
    return dispute


def open_late(writer: Writer, desk: Desk, wire_id: str) -> None:
    """Open the dispute about a forced trade that turned out to be committed."""
    _open(writer, desk, remote_trades.known(writer, wire_id), _LATE_CLAIM)


def end(
    writer: Writer,
    here: Here,
    actor: Actor,
    dispute_id: str,
    *,
    outcome: DisputeOutcome,
    why: str,
    now: int,
) -> Dispute:
    """Say how a dispute of ours ended; what it leaves in suspense the community bears.

    Raises:
        NotAllowed, UnknownDispute
        NotOurs: the other exchange opened it.
        Ended: it has ended.
        NotPaidBack: it is to end with a refund that has not come.

    """
    actor.require(Permission.KEEP_PEERS)
    dispute = disputes.find(writer, dispute_id)
    if dispute is None:
        raise UnknownDispute(dispute=dispute_id)
    peer = peers.by_id(writer, dispute.peer)
    if not dispute.ours:
        raise NotOurs(name=peer.name)
    if dispute.outcome is not DisputeOutcome.OPEN:
        raise Ended(state=dispute.outcome)
    told = words.description(why)
    exchange = exchanges.load(writer, now)
    desk = Desk(here, exchange, peer, now)
    _settle_suspense(writer, desk, dispute, outcome)
    disputes.end(writer, dispute, outcome, why=told, now=now)
    _settle_alarms(writer, dispute, now=now)
    _tell_end(writer, dispute, outcome, told, now=now)
    subject, details = f"dispute:{dispute_id}", {"outcome": outcome.value}
    kind = "dispute.ended"
    acting.record(
        writer, exchange, actor, kind, subject, details=details, note=told, now=now
    )
    return disputes.find(writer, dispute_id) or dispute


def opened(writer: Writer, incoming: Incoming) -> Reply:
    """A peer claims that something is wrong with a trade between us."""
    body, peer, now = incoming.arrival.body(bodies.Dispute), incoming.peer, incoming.now
    remote = remote_trades.by_wire_id(writer, body.trade_id)
    if remote is None or peer.id not in {remote.upstream, remote.downstream}:
        raise FederationError(Problem.NOT_FOUND, "There is no such trade between us.")
    known = disputes.find(writer, body.dispute_id)
    told = (peer.id, body.trade_id, require_legible(body.claim), body.evidence)
    if known is not None:
        if (known.peer, known.wire_id, known.claim, known.evidence) != told:
            detail = "This id was used for another dispute."
            raise FederationError(Problem.TRADE_CONFLICT, detail)
        return answers.heard()
    _insert(writer, body.dispute_id, told, ours=False, now=now)
    alarms.insert(writer, peer=peer.id, kind=ALARM, wire_id=body.trade_id, now=now)
    return answers.heard()


def changed(writer: Writer, incoming: Incoming) -> Reply:
    """A peer tells how a dispute that it opened has ended."""
    body = incoming.arrival.body(bodies.DisputeChange)
    dispute = disputes.find(writer, incoming.arrival.parameter("dispute_id"))
    if dispute is None:  # The letter that opens it may still be on its way.
        raise FederationError(Problem.BUSY, "This dispute is not known here yet.")
    if dispute.ours or dispute.peer != incoming.peer.id:
        raise FederationError(Problem.NOT_FOUND, "You have opened no such dispute.")
    if body.outcome is DisputeOutcome.OPEN or dispute.outcome is not DisputeOutcome.OPEN:
        if body.outcome is not dispute.outcome:
            raise FederationError(Problem.TRADE_CONFLICT, "This dispute has ended.")
        return Reply(204)
    why = require_legible(body.why)
    disputes.end(writer, dispute, body.outcome, why=why, now=incoming.now)
    _settle_alarms(writer, dispute, now=incoming.now)
    return Reply(204)


def _open(writer: Writer, desk: Desk, remote: RemoteTrade, claim: str) -> Dispute:
    dispute_id = str(uuid7())
    evidence = _evidence(writer, desk, remote)
    told = (desk.peer.id, remote.wire_id, claim, evidence)
    dispute = _insert(writer, dispute_id, told, ours=True, now=desk.now)
    body = bodies.Dispute(
        dispute_id=dispute_id, trade_id=remote.wire_id, claim=claim, evidence=evidence
    )
    outbox.add(
        writer,
        peer=desk.peer.id,
        kind=LETTER,
        wire_id=dispute_id,
        parameters={},
        body=write(body),
        now=desk.now,
    )
    return dispute


def _insert(
    writer: Writer,
    dispute_id: str,
    told: tuple[int, str, str, tuple[str, ...]],
    *,
    ours: bool,
    now: int,
) -> Dispute:
    peer, wire_id, claim, evidence = told
    dispute = Dispute(
        dispute_id=dispute_id,
        peer=peer,
        wire_id=wire_id,
        ours=ours,
        claim=claim,
        evidence=evidence,
        outcome=DisputeOutcome.OPEN,
        why=None,
        opened_at=now,
        ended_at=None,
    )
    disputes.insert(writer, dispute)
    return dispute


def _evidence(reader: Reader, desk: Desk, remote: RemoteTrade) -> tuple[str, ...]:
    """Return the digests of all that was signed about a trade, as `peer trace` shows."""
    found = [remote.order.digest]
    if remote.proof is not None:
        found.append(remote.proof.digest)
    here, there = desk.here.node, desk.peer.node
    for edge in (Edge(here, there), Edge(there, here)):
        entry = clearing_entries.of_trade(reader, edge, remote.wire_id)
        found.extend([entry_hash(entry)] if entry else [])
    forced = forced_voids.find(reader, remote.wire_id)
    return (*found, *([forced.digest] if forced else []))


def _settle_suspense(
    writer: Writer, desk: Desk, dispute: Dispute, outcome: DisputeOutcome
) -> None:
    remote = remote_trades.known(writer, dispute.wire_id)
    refund = remote_trades.refund(writer, remote.wire_id, Role.PAYEE)
    if outcome is DisputeOutcome.REFUND:
        if refund is None:
            trade = trades.by_id(writer, remote.trade or 0)
            raise NotPaidBack(ref=trade.ref)
    elif refund is None:
        suspending.release(writer, desk, remote)


def _settle_alarms(writer: Writer, dispute: Dispute, *, now: int) -> None:
    for kind in (ALARM, suspending.LATE):
        alarms.settle_about(
            writer, peer=dispute.peer, kind=kind, wire_id=dispute.wire_id, now=now
        )


def _tell_end(
    writer: Writer, dispute: Dispute, outcome: DisputeOutcome, why: str, *, now: int
) -> None:
    """Tell the peer, unless it would not hear of the dispute in the first place."""
    letters = outbox.about(writer, dispute.dispute_id)
    if any(each.answer and read_problem(each.answer) for each in letters if each.done_at):
        return
    outbox.add(
        writer,
        peer=dispute.peer,
        kind=CHANGE_LETTER,
        wire_id=dispute.dispute_id,
        parameters={"dispute_id": dispute.dispute_id},
        body=write(bodies.DisputeChange(outcome=outcome, why=why)),
        now=now,
    )
