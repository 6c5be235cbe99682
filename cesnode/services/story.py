"""One trade with all that happened to it, and what whoever looks at it may do now."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Scope
from cesnode.ledger.money import Amount
from cesnode.ledger.trades import Channel, Trade
from cesnode.services.authority import visible_trade
from cesnode.services.clearing import claims
from cesnode.services.moves import Case, Move, moves
from cesnode.store import (
    Reader,
    accounts,
    acts,
    exchanges,
    members,
    outbox,
    peers,
    remote_trades,
    requests,
    schedules,
    trades,
    trading_forms,
    transfers,
)
from cesnode.store.peers import Peer
from cesnode.store.remote_trades import RemoteTrade
from cesnode.store.requests import Request
from cesnode.store.trades import Parties
from federation.objects import Money
from federation.trade import State

_DAY = 86_400
_ORDER = "prepare"
_ENTERED = frozenset({"trade.billed", "trade.ordered", "trade.requested"})
"""Acts that repeat what the trade itself tells."""


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done to a trade; without a name the operator or the node did it.

    `kind` is that of the act: trade.posted, trade.objected and so on.
    """

    at: int
    kind: str
    by: str | None
    note: str | None


class Abroad(msgspec.Struct, frozen=True, kw_only=True):
    """The other exchange's part; times are Unix seconds, None where it is not so far.

    `paid` and `received` are in the currencies of the buyer's and the seller's exchange;
    of a bill only what is `asked` is known.  `beyond` is the other side's node where the
    exchange that is named only passes the trade on.
    """

    exchange: str
    code: str
    state: State | None
    reason: str | None
    paid: Money | None
    received: Money | None
    asked: Amount | None
    beyond: str | None
    sent_at: int | None
    ended_at: int | None
    expires_at: int | None


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """`posted_at` is when it took effect, `object_until` when objecting ends.

    `buyer_is_here`: the buyer is a member of ours, not of another exchange.
    """

    exchange: Exchange
    trade: Trade
    parties: Parties
    abroad: Abroad | None
    buyer_is_here: bool
    happenings: tuple[Happening, ...]
    moves: frozenset[Move]
    posted_at: int | None
    object_until: int | None
    schedule: int | None
    form: int | None


def story(reader: Reader, actor: Actor, name: str, *, now: int) -> Story:
    """Return all there is to say of a trade.

    Raises:
        UnknownTrade: there is none, or not for this actor.

    """
    actor.require_scope(Scope.READ)
    trade = visible_trade(reader, actor, name)
    exchange = exchanges.load(reader, now)
    remote = remote_trades.of_trade(reader, trade.id) if trade.other else None
    posted_at = transfers.first_posted_at(reader, trade.id)
    until = None if posted_at is None else posted_at + exchange.rules.object_days * _DAY
    form = trading_forms.of_trade(reader, trade.id)
    case = Case(
        trade=trade,
        seller=accounts.by_id(reader, trade.seller),
        buyer=accounts.by_id(reader, trade.buyer),
        remote=remote,
        bill=requests.of_trade(reader, trade.id) if trade.other else None,
        object_until=until,
        now=now,
    )
    return Story(
        exchange=exchange,
        trade=trade,
        parties=trades.parties(reader, trade),
        abroad=_abroad(reader, exchange, trade, remote, case.bill),
        buyer_is_here=case.buyer.kind.is_personal,
        happenings=tuple(_happenings(reader, trade)),
        moves=frozenset(moves(actor, case)),
        posted_at=posted_at,
        object_until=until,
        schedule=schedules.of_trade(reader, trade.id),
        form=form.id if form else None,
    )


def _abroad(
    reader: Reader,
    exchange: Exchange,
    trade: Trade,
    remote: RemoteTrade | None,
    bill: Request | None,
) -> Abroad | None:
    if trade.other is None or trade.channel is Channel.IMPORT:
        return None  # What was brought was made before the two were peers.
    peer: Peer = peers.of_clearing(reader, {trade.seller, trade.buyer})
    node = (trade.other or "").rpartition("@")[2]
    via = None if node == peer.node else node
    if remote is None:
        return Abroad(
            exchange=peer.name,
            code=peer.code,
            state=None,
            reason=None,
            paid=None,
            received=None,
            asked=claims.asked(reader, exchange, trade, bill) if bill else None,
            beyond=via,
            sent_at=None,
            ended_at=None,
            expires_at=None,
        )
    is_open = remote.state in {State.HELD, State.PENDING, State.FORCED}
    return Abroad(
        exchange=peer.name,
        code=peer.code,
        state=remote.state,
        reason=remote.reason,
        paid=remote.order.value.source,
        received=remote.order.value.dest,
        asked=None,
        beyond=via,
        sent_at=_sent_at(reader, remote),
        ended_at=None if is_open else remote.updated_at,
        expires_at=remote.expires_at,
    )


def _sent_at(reader: Reader, remote: RemoteTrade) -> int | None:
    """Return when the order went out, as far as its letter tells: it was answered."""
    letters = outbox.about(reader, remote.wire_id)
    sent = (one for one in letters if one.kind == _ORDER and one.answer is not None)
    first = next(sent, None)
    return None if first is None else first.done_at or remote.updated_at


def _happenings(reader: Reader, trade: Trade) -> Iterator[Happening]:
    for act in acts.about(reader, f"trade:{trade.uuid}"):
        if act.kind in _ENTERED:
            continue
        by = None if act.actor is None else members.by_id(reader, act.actor).name
        yield Happening(at=act.at, kind=act.kind, by=by, note=act.note)
