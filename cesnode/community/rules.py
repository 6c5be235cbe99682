"""The house rules of an exchange: how trades take effect, and for how long they bend."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cesnode.ledger.levy import Levy
from cesnode.ledger.limits import Growth, LimitPolicy, Limits


class SellerRecord(StrEnum):
    """When a trade that the seller recorded takes effect."""

    AT_ONCE = "at_once"
    WHITELISTED = "whitelisted"  # at once for sellers on the list, else on agreement
    AGREED = "agreed"  # when the buyer agrees


class RecordShown(StrEnum):
    """Who sees what another member's trades come to."""

    MEMBERS = "members"
    NOBODY = "nobody"  # but themselves, and those in care of them


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRules:
    seller_record: SellerRecord = SellerRecord.AT_ONCE
    agree_after_days: int | None = None  # None: silence is never agreement
    lapse_after_days: int = 90
    object_days: int = 14
    limit_policy: LimitPolicy = LimitPolicy.BLOCK
    limits: Limits = Limits()
    growth: Growth = Growth()
    levy: Levy = Levy()
    trading_record: RecordShown = RecordShown.MEMBERS
    own_names: bool = True  # whether members choose what their account is called
