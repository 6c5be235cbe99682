"""Bills for members here, from sellers elsewhere, as they come in.

1. A bill waits for its buyer; silence agrees to nothing.  A standing rule of the buyer's
   agrees at once.
2. One that a hub brought is proven with the key of the seller's own node.  What it costs
   is an estimate until the hub is asked.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from cesnode.community import notices
from cesnode.ledger import chain
from cesnode.ledger.accounts import Account, AccountState
from cesnode.ledger.trades import Channel, Trade, TradeState
from cesnode.services import noticing
from cesnode.services.clearing import answers, honouring, passing_bills
from cesnode.services.clearing.addressing import Faraway, own_number
from cesnode.services.clearing.here import Desk, moment, seconds
from cesnode.services.clearing.ordering import currency_of, expected
from cesnode.services.clearing.passing_bills import require_allowed
from cesnode.services.clearing.wording import require_legible
from cesnode.services.identifiers import uuid7
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    distant,
    relayed_requests,
    requests,
    trades,
)
from cesnode.store.requests import Direction, Request
from federation.bodies import TradeRequest
from federation.errors import FederationError, Problem, schema_invalid
from federation.objects import Money
from federation.requests import RelayedBill, RelayedRequest
from federation.seal import Words
from federation.signing import Reply

MOST_UNANSWERED = 20
"""Bills that one peer brings and one member may have to answer at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A bill as our books take it in, whichever way it came."""

    request_id: str
    seller: Faraway
    payer: str
    dest: Money
    description: str
    expires_at: int


def receive(writer: Writer, desk: Desk, body: TradeRequest) -> Reply:
    """A seller of a neighbour asks a member of ours; the same bill changes nothing.

    Raises:
        FederationError: it is not taken.

    """
    require_allowed(desk)
    bill = _read(desk, body)
    trade, buyer = _take(writer, desk, bill)
    if trade is None or buyer is None:
        return answers.heard()
    is_paid = honouring.pay_by_rule(writer, desk.here, trade, now=desk.now)
    told = notices.HELD if is_paid else notices.ASKED
    noticing.of_trade(writer, trade, told, but=None, now=desk.now)
    return answers.heard()


def receive_relayed(writer: Writer, desk: Desk, body: RelayedBill) -> Reply:
    """A hub brings a bill: for a member of ours, or to be passed on.

    Raises:
        FederationError: it is not proven, not taken, or may not pass.

    """
    signed = passing_bills.opened(writer, desk, body)
    if signed.value.payer_node != desk.here.node:
        return passing_bills.carry(writer, desk, signed, body)
    require_allowed(desk)
    if not desk.peer.allow_as_hub:
        detail = "This exchange takes nothing that passes yours."
        raise FederationError(Problem.NOT_ROUTABLE, detail)
    bill = _unsealed(writer, desk, signed.value, body.sealed)
    trade, buyer = _take(writer, desk, bill)
    if trade is None or buyer is None:
        return answers.heard()
    if honouring.covers(writer, buyer, trade.amount):
        relayed_requests.keep(writer, signed, tried_at=None)
    else:
        relayed_requests.keep(writer, signed, tried_at=desk.now)
        noticing.of_trade(writer, trade, notices.ASKED, but=None, now=desk.now)
    return answers.heard()


def _read(desk: Desk, body: TradeRequest) -> Bill:
    if body.payee.rpartition("@")[2] != desk.peer.node:
        detail = "A bill is for a member of the exchange that sends it."
        raise FederationError(Problem.NOT_ROUTABLE, detail)
    if body.expires_at <= moment(desk.now):
        raise FederationError(Problem.EXPIRED, "The time of this bill is over.")
    return Bill(
        request_id=body.request_id,
        seller=Faraway(desk.peer, body.payee),
        payer=body.payer,
        dest=body.dest,
        description=body.description,
        expires_at=seconds(body.expires_at),
    )


def _unsealed(reader: Reader, desk: Desk, value: RelayedRequest, sealed: str) -> Bill:
    """Open what the hub could not read; refuse what is not between these two nodes."""
    beyond = distant.by_node(reader, value.payee_node)
    if beyond is None:
        detail = "We have an agreement with that exchange; it can ask us itself."
        raise FederationError(Problem.NOT_ROUTABLE, detail)
    words = _words(desk, sealed)
    nodes = tuple(each.rpartition("@")[2] for each in (words.payee, words.payer))
    if nodes != (value.payee_node, value.payer_node):
        raise schema_invalid("The sealed names are not of the nodes of this bill.")
    return Bill(
        request_id=value.request_id,
        seller=Faraway(desk.peer, words.payee, beyond),
        payer=words.payer,
        dest=value.dest,
        description=words.description,
        expires_at=seconds(value.expires_at),
    )


def _words(desk: Desk, sealed: str) -> Words:
    if desk.here.box is None:
        raise schema_invalid("The sealed words cannot be opened here.")
    return desk.here.box.open(sealed)


def _take(
    writer: Writer, desk: Desk, bill: Bill
) -> tuple[Trade, Account] | tuple[None, None]:
    """Store a bill as a trade that waits for its buyer; None for one that is known."""
    _check_unit(bill)
    known = requests.by_id(writer, bill.request_id)
    if known is not None:
        _require_same(writer, desk, known, bill)
        return None, None
    buyer = _buyer(writer, desk, bill)
    if requests.unanswered(writer, desk.peer.id, buyer.id) >= MOST_UNANSWERED:
        detail = "This member has many of your bills to answer before they take more."
        raise FederationError(Problem.RATE_LIMITED, detail)
    trade = _trade(writer, desk, bill, buyer)
    trades.insert(writer, trade, salt=secrets.token_bytes(chain.SALT_BYTES))
    request = Request(
        request_id=bill.request_id,
        peer=desk.peer.id,
        trade=trade.id,
        direction=Direction.RECEIVED,
        amount=bill.dest.amount,
        expires_at=bill.expires_at,
        wire_id=None,
        created_at=desk.now,
    )
    requests.insert(writer, request)
    return trade, buyer


def _trade(reader: Reader, desk: Desk, bill: Bill, buyer: Account) -> Trade:
    cost = expected(desk.exchange, bill.seller, bill.dest.amount)
    return Trade(
        id=trades.next_id(reader),
        uuid=uuid7(),
        state=TradeState.REQUESTED,
        seller=desk.peer.clearing,
        buyer=buyer.id,
        other=bill.seller.address,
        amount=cost.source.amount,
        seller_levy=0,
        buyer_levy=cost.levy,
        description=require_legible(bill.description),
        event_on=moment(desk.now).date().isoformat(),
        channel=Channel.FEDERATION,
        entered_by=None,
        on_behalf_of=None,
        created_at=desk.now,
    )


def _require_same(reader: Reader, desk: Desk, known: Request, bill: Bill) -> None:
    """Refuse an id that comes again with another bill."""
    trade = trades.by_id(reader, known.trade)
    before = (known.peer, known.direction, known.amount, trade.other)
    again = (desk.peer.id, Direction.RECEIVED, bill.dest.amount, bill.seller.address)
    if before != again:
        detail = "This id was used for another bill."
        raise FederationError(Problem.TRADE_CONFLICT, detail)


def _check_unit(bill: Bill) -> None:
    currency = currency_of(bill.seller)
    if (bill.dest.currency, bill.dest.scale) != (currency.code, currency.scale):
        detail = f"A bill from {bill.seller.node} is in {currency.code}."
        raise FederationError(Problem.AMOUNT_INVALID, detail)


def _buyer(reader: Reader, desk: Desk, bill: Bill) -> Account:
    number = own_number(desk.exchange, bill.payer)
    account = accounts.find(reader, number) if number else None
    closed = account is None or account.state is AccountState.CLOSED
    if account is None or closed or not account.kind.is_personal:
        detail = "There is nobody here who can take this bill."
        raise FederationError(Problem.PAYEE_UNAVAILABLE, detail)
    return account
