"""What the chain of acts keeps of an exchange's rules, so that an auditor can follow them.

The names are those of the columns; amounts are in minor units.
"""

from __future__ import annotations

from cesnode.community.exchange import Exchange
from cesnode.ledger.levy import Levy

Details = dict[str, int | str | None]


def rules(exchange: Exchange) -> Details:
    """Return all that holds from the moment it is decided."""
    house, currency = exchange.rules, exchange.currency
    return {
        "name": exchange.name,
        "origin": exchange.origin,
        "allow_private_peers": int(exchange.allow_private_peers),
        "singular": currency.singular,
        "plural": currency.plural,
        "symbol": currency.symbol,
        "floor": house.limits.floor,
        "ceiling": house.limits.ceiling,
        "growth_share": house.growth.share,
        "growth_cap": house.growth.cap,
        "limit_policy": house.limit_policy.value,
        "seller_record": house.seller_record.value,
        "agree_after_days": house.agree_after_days,
        "lapse_after_days": house.lapse_after_days,
        "object_days": house.object_days,
        "trading_record": house.trading_record.value,
        "own_names": int(house.own_names),
    }


def rate(exchange: Exchange, *, since: int) -> Details:
    """Return what an hour is worth, and the national currency, from a time on."""
    hour, national = exchange.currency.hour_value, exchange.national
    return {
        "since": since,
        "hour_n": hour.numerator,
        "hour_d": hour.denominator,
        "national": national.code if national else None,
        "national_n": national.units.numerator if national else None,
        "national_d": national.units.denominator if national else None,
    }


def levy(levy: Levy, *, since: int) -> Details:
    sides = {"seller": levy.seller, "buyer": levy.buyer}
    parts = {
        f"{side}_{part}": getattr(rate, part)
        for side, rate in sides.items()
        for part in ("share", "fixed", "least", "most")
    }
    return {"since": since, **parts}
