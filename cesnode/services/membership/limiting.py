"""How far down and up one account may go."""

from __future__ import annotations

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Permission
from cesnode.errors import N_, FieldInvalid
from cesnode.ledger.accounts import Account
from cesnode.ledger.money import parse_signed
from cesnode.services.membership import recording
from cesnode.store import Writer, accounts

NONE = "none"
"""What stands for "no limit"; "default" stands for the exchange's."""
DEFAULT = "default"


def set_limits(
    writer: Writer,
    exchange: Exchange,
    actor: Actor,
    account: Account,
    floor: str | None,
    ceiling: str | None,
    *,
    now: int,
) -> None:
    if floor is None and ceiling is None:
        return
    actor.require(Permission.SET_LIMITS)
    details: dict[str, int | str | None] = {}
    if floor is not None:
        value = _limit(exchange, floor, field="floor")
        accounts.set_floor(writer, account.id, value, own=floor != DEFAULT)
        details["floor"] = DEFAULT if floor == DEFAULT else value
    if ceiling is not None:
        value = _limit(exchange, ceiling, field="ceiling")
        accounts.set_ceiling(writer, account.id, value, own=ceiling != DEFAULT)
        details["ceiling"] = DEFAULT if ceiling == DEFAULT else value
    recording.record(
        writer, exchange, actor, "limits.set", account, details=details, now=now
    )


def _limit(exchange: Exchange, text: str, *, field: str) -> int | None:
    if text in {NONE, DEFAULT}:
        return None
    value = parse_signed(text, exchange.currency, field=field)
    if (field == "floor" and value > 0) or (field == "ceiling" and value < 0):
        below, above = N_("it must be zero or less"), N_("it must be zero or more")
        reason = below if field == "floor" else above
        raise FieldInvalid(field, reason)
    return value
