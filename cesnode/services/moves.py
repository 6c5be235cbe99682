"""What somebody may wish of a trade in its state: for pages that offer only what can be.

Nothing is decided here.  The rules are those that the services ask when it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from cesnode.community.roles import Actor
from cesnode.errors import NotAllowed, ScopeTooNarrow
from cesnode.ledger.accounts import Account
from cesnode.ledger.trades import Trade, TradeState
from cesnode.services.authority import require_reversal, require_settling, require_side
from cesnode.store.remote_trades import RemoteTrade
from cesnode.store.requests import Direction, Request
from federation.trade import State


class Move(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    OBJECT = "object"
    SETTLE = "settle"
    REVERSE = "reverse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A trade with all that its rules look at; `object_until` None: it is not posted."""

    trade: Trade
    seller: Account
    buyer: Account
    remote: RemoteTrade | None
    bill: Request | None
    object_until: int | None
    now: int

    @property
    def is_payable(self) -> bool:
        """Whether the buyer can agree to it: a bill of ours is not for us to pay."""
        return self.bill is None or (
            self.bill.direction is Direction.RECEIVED and self.bill.expires_at > self.now
        )

    @property
    def can_give_back(self) -> bool:
        """Whether it can be undone here; from another exchange only what was received."""
        if self.trade.other is None:
            return True
        return self.remote is not None and self.remote.state is State.COMMITTED


def moves(actor: Actor, case: Case) -> Iterator[Move]:
    """Go through what may be wished of a trade."""
    trade = case.trade
    sells, buys = _stands(actor, case.seller), _stands(actor, case.buyer)
    match trade.state:
        case TradeState.REQUESTED:
            yield from _of_request(case, sells=sells, buys=buys)
        case TradeState.PENDING if sells:
            yield from (Move.ACCEPT, Move.DECLINE)
        case TradeState.HELD if buys:
            yield Move.WITHDRAW
        case TradeState.POSTED | TradeState.OBJECTED:
            yield from _of_posted(actor, case, buys=buys)
        case _:
            return


def _of_request(case: Case, *, sells: bool, buys: bool) -> Iterator[Move]:
    if buys and case.is_payable:
        yield Move.ACCEPT
    if buys:
        yield Move.DECLINE
    if sells:
        yield Move.WITHDRAW


def _of_posted(actor: Actor, case: Case, *, buys: bool) -> Iterator[Move]:
    is_objected = case.trade.state is TradeState.OBJECTED
    in_time = case.object_until is not None and case.now <= case.object_until
    if buys and in_time and not is_objected:
        yield Move.OBJECT
    if is_objected and _may(lambda: require_settling(actor, case.buyer)):
        yield Move.SETTLE
    if case.can_give_back and _may(
        lambda: require_reversal(actor, case.trade, case.seller, case.buyer)
    ):
        yield Move.REVERSE


def _stands(actor: Actor, account: Account) -> bool:
    """Whether the actor may answer for an account; for a clearing account nobody may."""
    return account.kind.is_personal and _may(lambda: require_side(actor, account))


def _may(require: Callable[[], None]) -> bool:
    try:
        require()
    except (NotAllowed, ScopeTooNarrow):
        return False
    return True
