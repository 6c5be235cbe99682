"""Amounts and trades."""

from __future__ import annotations

from collections.abc import Mapping

from cesnode.errors.base import N_, NodeError
from cesnode.errors.codes import Code


class SameAccount(NodeError):
    code = Code.SAME_ACCOUNT
    sentence = N_("The seller and the buyer are the same account, {number}.")
    field = "buyer"


class ClosedStaysEmpty(NodeError):
    code = Code.ACCOUNT_CLOSED
    sentence = N_(
        "Account {number} is closed and stays empty, so trade {ref} cannot be reversed. "
        "Settle it by a trade with the community's account."
    )


class AmountInvalid(NodeError):
    code = Code.AMOUNT_INVALID
    sentence = N_("“{text}” is not an amount. Write it like 12.50.")
    field = "amount"


class HoursInvalid(AmountInvalid):
    """What was typed where a time bank asks for hours."""

    sentence = N_("“{text}” is not a time. Write the hours in digits, like 2 or 1:30.")


class AmountAmbiguous(NodeError):
    code = Code.AMOUNT_AMBIGUOUS
    sentence = N_("“{text}” can be read in two ways. Did you mean {small} or {large}?")
    field = "amount"


class AmountNotPositive(NodeError):
    code = Code.AMOUNT_NOT_POSITIVE
    sentence = N_("The amount must be more than zero.")
    field = "amount"


class AmountTooPrecise(NodeError):
    code = Code.AMOUNT_TOO_PRECISE
    sentence = N_(
        "“{text}” is finer than this currency counts. The nearest amounts are "
        "{below} and {above}."
    )
    field = "amount"


class AmountTooLarge(NodeError):
    code = Code.AMOUNT_TOO_LARGE
    sentence = N_("“{text}” is more than any trade here can be. The most is {most}.")
    field = "amount"


class DescriptionMissing(NodeError):
    code = Code.DESCRIPTION_MISSING
    sentence = N_("Please say what the trade was for.")
    field = "description"


class DescriptionTooLong(NodeError):
    code = Code.DESCRIPTION_TOO_LONG
    sentence = N_("The description has {length} characters; {most} is the most.")
    field = "description"


class IdReused(NodeError):
    code = Code.ID_REUSED
    sentence = N_("The id {id} was already used for another trade. Nothing was changed.")
    field = "id"


class LimitExceeded(NodeError):
    code = Code.LIMIT_EXCEEDED
    sentence = N_(
        "This would take account {number} to {balance}; its limit is {limit}. "
        "That is {excess} too much."
    )
    field = "amount"


class UnknownTrade(NodeError):
    code = Code.UNKNOWN_TRADE
    sentence = N_("There is no trade “{ref}” that you may see.")


class WrongState(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("Trade {ref} is {state}; it cannot be {wish}.")


class TradeRefused(NodeError):
    code = Code.TRADE_REFUSED
    sentence = N_("Trade {ref} was refused, and nothing was paid. {why}")


class TooLate(NodeError):
    code = Code.TOO_LATE
    sentence = N_("Trade {ref} could be objected to for {days} days; that time is over.")


class TooEarly(NodeError):
    code = Code.TOO_EARLY
    sentence = N_("Trade {ref} can be ended by force from {day} on, not before.")


class SheetRefused(NodeError):
    """`lines` says of each line by its number what is wrong with it."""

    code = Code.SHEET_REFUSED
    sentence = N_("{count} lines of this sheet cannot be entered; none of it was.")

    def __init__(self, lines: Mapping[int, NodeError]) -> None:
        super().__init__(count=len(lines))
        self.lines = lines
