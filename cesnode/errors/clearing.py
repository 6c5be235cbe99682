"""Trades with other exchanges: their prices, and what comes of them."""

from __future__ import annotations

from cesnode.errors.base import N_, NodeError
from cesnode.errors.codes import Code


class UnknownDispute(NodeError):
    code = Code.UNKNOWN_DISPUTE
    sentence = N_("There is no dispute {dispute}.")


class UnknownSettlement(NodeError):
    code = Code.UNKNOWN_SETTLEMENT
    sentence = N_("There is no settlement {settlement}.")


class UnknownAlarm(NodeError):
    code = Code.UNKNOWN_ALARM
    sentence = N_("There is no alarm {alarm} that still stands.")


class Ended(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("This cannot be done any more: it is {state} already.")


class NotOurs(NodeError):
    code = Code.NOT_ALLOWED
    sentence = N_("This is for {name} to do, not for this exchange.")


class NotPaidBack(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("No refund of trade {ref} has come yet.")


class DebtSmaller(NodeError):
    code = Code.DEBT_SMALLER
    sentence = N_("What is owed is {owed}; that is {excess} less than this.")
    field = "amount"


class UnknownThere(NodeError):
    code = Code.UNKNOWN_ACCOUNT
    sentence = N_("{exchange} has nobody of that number who can be paid.")
    field = "who"


class RateChanged(NodeError):
    code = Code.RATE_CHANGED
    sentence = N_(
        "The rate has changed: this now costs {amount}, not {before}. Please look again."
    )
    field = "amount"


class NoRoute(NodeError):
    code = Code.NO_ROUTE
    sentence = N_(
        "No exchange that trades for us leads to {node}. Name one that does; an admin"
        " allows it to pass our trades on."
    )
    field = "seller"


class PriceAboveMost(NodeError):
    code = Code.PRICE_ABOVE_MOST
    sentence = N_("This now costs {amount}; what was agreed to is {most} at most.")
    field = "amount"


class QuoteNeeded(NodeError):
    code = Code.QUOTE_NEEDED
    sentence = N_("Please ask {hub} for a quote first: it passes this on at its own price.")
    field = "quote"


class QuoteExpired(NodeError):
    code = Code.QUOTE_EXPIRED
    sentence = N_("This quote is too old. Please look at a new one.")
    field = "quote"


class QuoteRefused(NodeError):
    code = Code.QUOTE_REFUSED
    sentence = N_("{peer} gives no quote for this ({problem}).")
    field = "seller"


class UnknownQuote(NodeError):
    code = Code.UNKNOWN_QUOTE
    sentence = N_("There is no quote “{quote}” for this trade.")
    field = "quote"


class UnknownSetoff(NodeError):
    code = Code.UNKNOWN_SETOFF
    sentence = N_("There is no set-off {setoff}.")


class UnknownCircle(NodeError):
    code = Code.UNKNOWN_SETOFF
    sentence = N_("These debts do not go round any more. Please look again.")


class NotInCircles(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("This exchange does not take part in set-offs. An admin can allow it.")


class NotOurSetoff(NodeError):
    code = Code.NOT_ALLOWED
    sentence = N_("{name} proposed this set-off, and alone can withdraw it.")


class NoContradiction(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("Set-off {setoff} was not called off and agreed at once.")


class SetoffTooLate(NodeError):
    code = Code.TOO_LATE
    sentence = N_("The time to agree to this was over on {day}.")


class SetoffTooEarly(NodeError):
    code = Code.TOO_EARLY
    sentence = N_("What is reserved can be given up from {day} on, not before.")


class SetoffTooSmall(NodeError):
    code = Code.AMOUNT_INVALID
    sentence = N_("This is less than the smallest part of our {currency}.")
