"""The life of a trade at home, as a table, and the short name people call it by.

A trade with another exchange lives by the protocol's own table (federation.trade);
`held`, `posted` and `voided` are where the two meet.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

import msgspec

from cesnode.errors import UnknownTrade, WrongState


class TradeState(StrEnum):
    REQUESTED = "requested"  # waits for the other side's agreement
    HELD = "held"  # promised; waits for the other exchange's decision
    PENDING = "pending"  # waits for our member's agreement to receive
    POSTED = "posted"
    OBJECTED = "objected"  # posted, and the buyer says it is not right
    REVERSED = "reversed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    VOIDED = "voided"


class Wish(StrEnum):
    """What a person may want of a trade that exists."""

    ACCEPT = "accepted"
    DECLINE = "declined"
    WITHDRAW = "withdrawn"
    LAPSE = "lapsed"
    OBJECT = "objected to"
    SETTLE = "let stand"
    REVERSE = "reversed"


TRANSITIONS: Mapping[TradeState, Mapping[Wish, TradeState]] = MappingProxyType(
    {
        TradeState.REQUESTED: {
            Wish.ACCEPT: TradeState.POSTED,
            Wish.DECLINE: TradeState.DECLINED,
            Wish.WITHDRAW: TradeState.WITHDRAWN,
            Wish.LAPSE: TradeState.LAPSED,
        },
        TradeState.POSTED: {
            Wish.OBJECT: TradeState.OBJECTED,
            Wish.REVERSE: TradeState.REVERSED,
        },
        TradeState.OBJECTED: {
            Wish.SETTLE: TradeState.POSTED,
            Wish.REVERSE: TradeState.REVERSED,
        },
        TradeState.HELD: {},
        TradeState.PENDING: {},
        TradeState.REVERSED: {},
        TradeState.DECLINED: {},
        TradeState.WITHDRAWN: {},
        TradeState.LAPSED: {},
        TradeState.VOIDED: {},
    }
)


class Channel(StrEnum):
    """By which way a trade was entered."""

    WEB = "web"
    API = "api"
    CLI = "cli"
    SHEET = "sheet"
    SLIP = "slip"
    TILL = "till"
    SMS = "sms"
    SCHEDULE = "schedule"
    FORM = "form"
    FEDERATION = "federation"
    IMPORT = "import"


_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
_LOOKALIKES = str.maketrans("ILO", "110")
_LEAST_LENGTH, _MOST_LENGTH = 5, 12
_FIELD, _POLYNOMIAL = 32, 0b100101  # GF(32) by x^5 + x^2 + 1, which is primitive
_DOUBLED = tuple(
    each << 1 if each << 1 < _FIELD else each << 1 ^ _POLYNOMIAL for each in range(_FIELD)
)


def reference(serial: int) -> str:
    """Write a trade's serial number as people say it: base 32 and a check letter.

    The check letter closes a code over GF(32) in which every place has a weight of its
    own, so that one wrong letter, or two neighbours swapped, is always noticed.
    """
    digits: list[int] = []
    rest = serial
    while rest or len(digits) < _LEAST_LENGTH - 1:
        rest, digit = divmod(rest, len(_ALPHABET))
        digits.insert(0, digit)
    return "".join(_ALPHABET[digit] for digit in (*digits, _check(digits)))


def parse_reference(text: str) -> int:
    """Read a reference as it was said or typed: any case, spaces and hyphens.

    Raises:
        UnknownTrade: it is no reference, or its check letter does not fit.

    """
    tidy = text.strip().upper().replace("-", "").replace(" ", "").translate(_LOOKALIKES)
    digits = [_ALPHABET.find(letter) for letter in tidy]
    if not _LEAST_LENGTH <= len(digits) <= _MOST_LENGTH or min(digits) < 0:
        raise UnknownTrade(ref=text[:_MOST_LENGTH])
    if _check(digits[:-1]) != digits[-1]:
        raise UnknownTrade(ref=text[:_MOST_LENGTH])
    serial = 0
    for digit in digits[:-1]:
        serial = serial * len(_ALPHABET) + digit
    return serial


def _check(digits: list[int]) -> int:
    check = 0
    for digit in digits:
        check = _DOUBLED[check ^ digit]
    return check


class Trade(msgspec.Struct, frozen=True, kw_only=True):
    """What people see: seller provided, buyer received.  Amounts in minor units.

    `other` is the address of the side that has its account in another exchange;
    our clearing account for that exchange stands in its place.
    """

    id: int
    uuid: UUID
    state: TradeState
    seller: int
    buyer: int
    other: str | None
    amount: int
    seller_levy: int
    buyer_levy: int
    description: str | None
    event_on: str
    channel: Channel
    entered_by: int | None
    on_behalf_of: int | None
    created_at: int
    asked: bool = False  # the seller only asks: silence is no agreement

    @property
    def ref(self) -> str:
        return reference(self.id)

    def after(self, wish: Wish) -> TradeState:
        """Return the state this wish leads to.

        Raises:
            WrongState: a trade in this state cannot be treated so.

        """
        try:
            return TRANSITIONS[self.state][wish]
        except KeyError:
            raise WrongState(ref=self.ref, state=self.state, wish=wish) from None
