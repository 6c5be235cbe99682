"""What an admin wants of a peer, in the words it was given."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cesnode.community.exchange import Exchange
from cesnode.errors import N_, FieldInvalid
from cesnode.ledger import levy
from cesnode.ledger.limits import PARTS
from cesnode.ledger.money import parse_signed
from cesnode.services.terms import limit_text, rate, rate_text
from cesnode.store.peerings import Settings
from cesnode.store.peers import Peer

NONE = "none"
_WHOLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is to be different; None leaves a thing as it is, "none" is no limit."""

    credit_line: str | None = None
    max_we_owe: str | None = None
    max_trade: str | None = None
    daily_volume: str | None = None
    allow_requests: bool | None = None
    allow_as_hub: bool | None = None
    hub_fee: str | None = None
    share_market: bool | None = None
    carry_messages: bool | None = None
    share_groups: bool | None = None


def settings_of(peer: Peer) -> Settings:
    return Settings(
        credit_line=peer.credit_line,
        max_we_owe=peer.max_we_owe,
        max_trade=peer.max_trade,
        max_trade_percent=peer.max_trade_percent,
        daily_volume=peer.daily_volume,
        allow_requests=peer.allow_requests,
        allow_as_hub=peer.allow_as_hub,
        hub_fee_share=int(peer.hub_fee.share * PARTS),
        hub_fee_fixed=peer.hub_fee.fixed,
        shares_market=peer.shares_market,
        carries_messages=peer.carries_messages,
        shares_groups=peer.shares_groups,
    )


def wished(exchange: Exchange, before: Settings, wishes: Wishes) -> Settings:
    """Return the settings as they would be; whatever is wrong is named with its field."""

    def either(*, wish: bool | None, was: bool) -> bool:
        return was if wish is None else wish

    largest, percent = before.max_trade, before.max_trade_percent
    if wishes.max_trade is not None:
        percent = _percent(wishes.max_trade)
        largest = (
            None if percent else limit(exchange, "max_trade", wishes.max_trade, largest)
        )
    fee = levy.Rate(before.hub_fee_share, before.hub_fee_fixed)
    if wishes.hub_fee is not None:
        fee = _fee(exchange, wishes.hub_fee)
    line = before.credit_line
    if wishes.credit_line is not None:
        line = credit_line_of(exchange, wishes.credit_line)
    return Settings(
        credit_line=line,
        max_we_owe=limit(exchange, "max_we_owe", wishes.max_we_owe, before.max_we_owe),
        max_trade=largest,
        max_trade_percent=percent,
        daily_volume=limit(
            exchange, "daily_volume", wishes.daily_volume, before.daily_volume
        ),
        allow_requests=either(wish=wishes.allow_requests, was=before.allow_requests),
        allow_as_hub=either(wish=wishes.allow_as_hub, was=before.allow_as_hub),
        hub_fee_share=fee.share,
        hub_fee_fixed=fee.fixed,
        shares_market=either(wish=wishes.share_market, was=before.shares_market),
        carries_messages=either(wish=wishes.carry_messages, was=before.carries_messages),
        shares_groups=either(wish=wishes.share_groups, was=before.shares_groups),
    )


def fee_text(exchange: Exchange, settings: Settings) -> str:
    """Return what we keep of what passes here, as it can be given again."""
    fee = levy.Rate(settings.hub_fee_share, settings.hub_fee_fixed)
    return rate_text(fee, exchange.currency)


def _fee(exchange: Exchange, text: str) -> levy.Rate:
    fee = rate(text, exchange.currency, field="hub_fee")
    if fee.least or fee.most is not None:
        raise FieldInvalid(
            "hub_fee", N_("a hub's fee has a share and a fixed part, no more")
        )
    return fee


def limit(exchange: Exchange, field: str, text: str | None, was: int | None) -> int | None:
    """Read a limit: an amount, "none", or nothing said: then it stays as it was."""
    if text is None:
        return was
    return None if text == NONE else _amount(exchange, text, field)


def credit_line_of(exchange: Exchange, text: str | None) -> int:
    """Read how much a peer may owe us: nothing, if nothing is said."""
    return 0 if text is None else _amount(exchange, text, "credit_line")


def largest_text(exchange: Exchange, settings: Settings) -> str | None:
    """Return the largest single trade as it can be given again; None is no limit."""
    if settings.max_trade_percent is not None:
        return f"{settings.max_trade_percent}%"
    return limit_text(settings.max_trade, exchange.currency)


def _percent(text: str) -> int | None:
    """Read "10%", a share of the credit line; None if it is none of that."""
    match = re.fullmatch(r"([0-9]{1,3}) ?%", text.strip())
    if match is None:
        return None
    if not 1 <= int(match[1]) <= _WHOLE:
        raise FieldInvalid(
            "max_trade", N_("“{text}” is not from 1% to {most}%"), text=text, most=_WHOLE
        )
    return int(match[1])


def _amount(exchange: Exchange, text: str, field: str) -> int:
    value = parse_signed(text, exchange.currency, field=field)
    if value < 0:
        raise FieldInvalid(field, N_("it must be zero or more"))
    return value
