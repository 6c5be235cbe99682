"""Lets a community of the demonstration go on trading, a step at a time."""

from __future__ import annotations

import datetime
from random import Random

from cesnode.ledger.trades import Trade
from cesnode.services.demonstration import matching
from cesnode.services.demonstration.cast import CAST
from cesnode.services.demonstration.entering import enter
from cesnode.store import Writer, exchanges


def step(writer: Writer, random: Random, *, now: int) -> Trade | None:
    """Let two neighbours trade.

    Returns None where nobody can afford anything, or this is no community of the
    demonstration.
    """
    exchange = exchanges.load(writer, now)
    character = CAST.get(exchange.code)
    if character is None:
        return None
    month = datetime.datetime.fromtimestamp(now, datetime.UTC).month
    deal = matching.find(writer, exchange, character, random, month=month)
    return enter(writer, character, random, deal, now=now) if deal else None
