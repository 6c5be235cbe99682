"""What an admin wants of a peer, in the words it was given."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.community.exchange import Exchange
from cesnode.errors import FieldInvalid
from cesnode.ledger.money import parse_signed
from cesnode.store.peerings import Settings
from cesnode.store.peers import Peer

NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is to be different; None leaves a thing as it is, "none" is no limit."""

    credit_line: str | None = None
    max_we_owe: str | None = None
    max_trade: str | None = None
    daily_volume: str | None = None
    allow_requests: bool | None = None
    allow_as_hub: bool | None = None


def settings_of(peer: Peer) -> Settings:
    return Settings(
        credit_line=peer.credit_line,
        max_we_owe=peer.max_we_owe,
        max_trade=peer.max_trade,
        daily_volume=peer.daily_volume,
        allow_requests=peer.allow_requests,
        allow_as_hub=peer.allow_as_hub,
    )


def wished(exchange: Exchange, before: Settings, wishes: Wishes) -> Settings:
    """Return the settings as they would be; whatever is wrong is named with its field."""

    def limit(field: str, text: str | None, was: int | None) -> int | None:
        if text is None:
            return was
        return None if text == NONE else _amount(exchange, text, field)

    def either(*, wish: bool | None, was: bool) -> bool:
        return was if wish is None else wish

    line = before.credit_line
    if wishes.credit_line is not None:
        line = credit_line_of(exchange, wishes.credit_line)
    return Settings(
        credit_line=line,
        max_we_owe=limit("max_we_owe", wishes.max_we_owe, before.max_we_owe),
        max_trade=limit("max_trade", wishes.max_trade, before.max_trade),
        daily_volume=limit("daily_volume", wishes.daily_volume, before.daily_volume),
        allow_requests=either(wish=wishes.allow_requests, was=before.allow_requests),
        allow_as_hub=either(wish=wishes.allow_as_hub, was=before.allow_as_hub),
    )


def credit_line_of(exchange: Exchange, text: str | None) -> int:
    """Read how much a peer may owe us: nothing, if nothing is said."""
    return 0 if text is None else _amount(exchange, text, "credit_line")


def _amount(exchange: Exchange, text: str, field: str) -> int:
    value = parse_signed(text, exchange.currency, field=field)
    if value < 0:
        raise FieldInvalid(field, "it must be zero or more")
    return value
