"""What a peer says of settlements: proposed to us, refused, or entered in its chain."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cesnode.ledger.transfers import TransferKind
from cesnode.services.clearing import books
from cesnode.services.clearing.here import Desk, seconds
from cesnode.services.clearing.wording import require_legible
from cesnode.services.incoming import Incoming
from cesnode.store import Writer, alarms, clearing_entries, settlements
from cesnode.store.settlements import Settlement, SettlementState
from federation import objects
from federation.bodies import Declined, Link, SettlementNotice
from federation.chain import relief
from federation.errors import FederationError, Problem, schema_invalid
from federation.objects import ChainEntry, EntryKind
from federation.signed import Signed, open_signed
from federation.signing import Reply

ALARM = "settlement"
"""The alarm that asks our people for an answer, or tells them of a refusal."""

TRANSFERS: Mapping[EntryKind, TransferKind] = MappingProxyType(
    {
        EntryKind.SETTLEMENT: TransferKind.SETTLEMENT,
        EntryKind.SETOFF: TransferKind.SETTLEMENT,
        EntryKind.WRITEOFF: TransferKind.DONATION,
    }
)
"""What an entry that is of no trade is in the ledger."""


def proposed(writer: Writer, desk: Desk, incoming: Incoming) -> Reply:
    """A debtor says that it has settled something; our people have to agree."""
    body = incoming.arrival.body(SettlementNotice)
    find_key = desk.here.find_key(writer)
    document = bytes(body.settlement)
    word = open_signed(objects.Settlement, document, body.settlement_sig, find_key)
    value = word.value
    if (value.debtor, value.creditor) != (desk.peer.node, desk.here.node):
        raise schema_invalid("The settlement is not one between us that you owe.")
    _check_units(desk, value)
    require_legible(value.what)
    known = settlements.find(writer, value.settlement_id)
    if known is not None:
        if known.word.digest != word.digest:
            detail = "This id was used for another settlement."
            raise FederationError(Problem.TRADE_CONFLICT, detail)
        return Reply(204)
    _insert(writer, desk, word, ours=False)
    alarms.insert(
        writer, peer=desk.peer.id, kind=ALARM, wire_id=value.settlement_id, now=desk.now
    )
    return Reply(204)


def declined(writer: Writer, incoming: Incoming) -> Reply:
    """The creditor does not agree; the debt stays, and our people are told."""
    body = incoming.arrival.body(Declined)
    settlement = settlements.find(writer, incoming.arrival.parameter("settlement_id"))
    if settlement is None or (settlement.peer, settlement.ours) != (incoming.peer.id, True):
        raise FederationError(Problem.NOT_FOUND, "We have proposed no such settlement.")
    if settlement.state is not SettlementState.PROPOSED:
        return Reply(204)
    why, now = require_legible(body.why), incoming.now
    settlements.end(writer, settlement, SettlementState.REFUSED, why=why, now=now)
    alarms.insert(
        writer,
        peer=incoming.peer.id,
        kind="settlement-refused",
        wire_id=settlement.id,
        details=why,
        now=now,
    )
    return Reply(204)


def enter(writer: Writer, desk: Desk, entry: Signed[ChainEntry], link: Link) -> None:
    """Book an entry that takes from a debt: settled, or written off.

    The creditor's word suffices to forgive; that something was settled takes the
    debtor's word as well, for somebody has given something.
    """
    settlement = None
    if entry.value.kind is EntryKind.SETTLEMENT:
        settlement = _settled(writer, desk, entry, link)
    change, _ = clearing_entries.amounts(entry.value, own=desk.here.node)
    kind, clearing = TRANSFERS[entry.value.kind], desk.peer.clearing
    seq = books.adjust(writer, desk.exchange, clearing, change, kind, now=desk.now)
    clearing_entries.insert(
        writer, desk.peer, entry, own=desk.here.node, transfer=seq, now=desk.now
    )
    if settlement is not None:
        settlements.end(writer, settlement, SettlementState.BOOKED, now=desk.now)


def _settled(
    writer: Writer, desk: Desk, entry: Signed[ChainEntry], link: Link
) -> Settlement:
    """Prove that a settlement was proposed by its debtor, and is booked once."""
    if link.order_sig is None:
        raise schema_invalid("An entry of a settlement comes with the settlement.")
    find_key = desk.here.find_key(writer)
    document = bytes(link.order)
    word = open_signed(objects.Settlement, document, link.order_sig, find_key)
    value, booked = word.value, entry.value
    told = (booked.debtor, booked.creditor, booked.order_digest)
    amounts = (booked.debtor_amount, booked.creditor_amount)
    if told != (value.debtor, value.creditor, word.digest) or amounts != (
        relief(value.debtor_amount),
        relief(value.creditor_amount),
    ):
        raise schema_invalid("The entry does not book the settlement it comes with.")
    known = settlements.by_digest(writer, word.digest)
    if known is None:  # Forgotten with an old backup; the debtor's signature proves it.
        known = _insert(writer, desk, word, ours=value.debtor == desk.here.node)
    if known.state is SettlementState.BOOKED:
        raise schema_invalid("The settlement has been booked before.")
    return known


def _insert(
    writer: Writer, desk: Desk, word: Signed[objects.Settlement], *, ours: bool
) -> Settlement:
    value = word.value
    both = (value.debtor_amount.amount, value.creditor_amount.amount)
    own, other = both if ours else both[::-1]
    settlement = Settlement(
        peer=desk.peer.id,
        ours=ours,
        own_amount=own,
        other_amount=other,
        word=word,
        state=SettlementState.PROPOSED,
        why=None,
        proposed_at=seconds(value.settled_at),
        ended_at=None,
    )
    settlements.insert(writer, settlement)
    return settlement


def _check_units(desk: Desk, value: objects.Settlement) -> None:
    currency, peer = desk.exchange.currency, desk.peer
    owed, due = value.debtor_amount, value.creditor_amount
    told = (owed.currency, owed.scale, due.currency, due.scale)
    if told != (peer.currency, peer.scale, currency.code, currency.scale):
        raise schema_invalid("The settlement counts in other currencies than ours.")
