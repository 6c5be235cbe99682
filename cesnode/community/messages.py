"""What members write to each other: from whom they take it, and what becomes of it."""

from __future__ import annotations

from enum import StrEnum

MESSAGES = "/messages"
REPORTS = f"{MESSAGES}/reports"
"""Where the pages of conversations are, and those of what was reported."""

LONGEST = 4_000
"""Characters of a message; what crosses the wire may have up to twice as many."""


class Takes(StrEnum):
    """From whom the holders of an account take messages."""

    EVERYBODY = "everybody"  # here, and in every neighbour exchange
    MARKET = "market"  # here; from neighbours while they are shown something of ours
    HERE = "here"
    NOBODY = "nobody"

    def admits(self, *, abroad: bool, shows: bool) -> bool:
        """Whether somebody may begin a conversation.

        `abroad`: they are in another exchange, to which an offering or want of ours is
        shown if `shows`.
        """
        if not abroad:
            return self is not Takes.NOBODY
        return self is Takes.EVERYBODY or (self is Takes.MARKET and shows)


USUAL = Takes.MARKET


class State(StrEnum):
    """What has become of a message; but for the first, it stays so."""

    UNDER_WAY = "under_way"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"


class Fault(StrEnum):
    """Why another exchange did not take a message."""

    NOT_TAKEN = "not_taken"  # by whomever it was for; nobody is told more than that
    NOT_OFFERED = "not_offered"  # that node passes on no messages
    PARTED = "parted"  # the agreement between the exchanges has ended
    NOT_UNDERSTOOD = "not_understood"
