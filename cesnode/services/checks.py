"""What a trade would be and do: the answer to whoever thinks of one."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.errors import NodeError
from cesnode.ledger.accounts import Account
from cesnode.ledger.money import Amount
from cesnode.services.clearing.quoting import QuoteView
from cesnode.services.orders import Order


class Caution(StrEnum):
    """What is worth a look, though it does not stand in the way."""

    OWN_LIMIT = "own limit"
    OTHER_LIMIT = "other limit"
    ABSENT = "absent"


class Foreign(msgspec.Struct, frozen=True):
    """The other side's amount, in its own currency; `rate`: our units for one of theirs."""

    amount: Amount
    rate: Fraction
    exchange: str


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """A trade as it would be; amounts are in our minor units.

    `order` is what to hand to confirm(), `amount` what our account pays or gets before
    our levy, `after` the balance once the trade is posted, `last_trade_at` when the other
    side traded last, `quote` the other exchange's price.  Without `at_once` the other
    side has to agree.
    """

    exchange: Exchange
    order: Order
    own: Account
    sells: bool
    number: str
    name: str | None
    amount: int
    levy: int
    after: int
    at_once: bool
    foreign: Foreign | None = None
    quote: QuoteView | None = None
    cautions: tuple[Caution, ...] = ()
    excess: int = 0
    last_trade_at: int | None = None
    problem: NodeError | None = None
