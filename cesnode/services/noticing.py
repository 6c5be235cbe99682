"""Tells members what happened, in the transaction in which it happens.

Nobody is told what they did themselves.  One statement writes a row for each member it
concerns; whether a mail follows is decided later, by a job (see `sorting`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from cesnode.community.exchange import Exchange
from cesnode.community.notices import Kind, Sides
from cesnode.ledger.accounts import Account
from cesnode.ledger.limits import approach
from cesnode.ledger.trades import Trade
from cesnode.ledger.transfers import Entry
from cesnode.store import Writer, notices

_NOTHING: Mapping[str, str] = MappingProxyType({})


def tell(
    writer: Writer,
    member: int,
    kind: Kind,
    *,
    details: Mapping[str, str] = _NOTHING,
    now: int,
) -> int:
    """Tell one member; return the id of the notice."""
    return notices.insert(writer, member, kind, details=details, now=now)


def tell_everybody(
    writer: Writer,
    kind: Kind,
    *,
    area: int | None = None,
    details: Mapping[str, str] = _NOTHING,
    but: int | None = None,
    now: int,
) -> int:
    """Tell all members, or those of an area, but for who did it; return how many."""
    return notices.of_everybody(writer, kind, area=area, details=details, but=but, now=now)


def tell_holders(
    writer: Writer,
    account: int,
    kind: Kind,
    *,
    details: Mapping[str, str] = _NOTHING,
    but: int | None = None,
    now: int,
) -> None:
    """Tell all members of an account, but for the one who did it."""
    notices.of_account(writer, account, kind, details=details, but=but, now=now)


def tell_group(
    writer: Writer,
    group: int,
    kind: Kind,
    *,
    details: Mapping[str, str],
    stewards_only: bool = False,
    but: int | None = None,
    now: int,
) -> None:
    """Tell all who are in a group, or its stewards alone, but for the one who did it."""
    notices.of_group(
        writer, group, kind, stewards_only=stewards_only, details=details, but=but, now=now
    )


def of_trade(
    writer: Writer, trade: Trade, sides: Sides, *, but: int | None, now: int
) -> None:
    """Tell the members of both sides of an event; a clearing account has none."""
    if sides.seller is not None and sides.buyer is not None:
        notices.of_trade(
            writer,
            seller=(trade.seller, sides.seller),
            buyer=(trade.buyer, sides.buyer),
            trade=trade.id,
            but=but,
            now=now,
        )
    elif sides.seller is not None:
        notices.of_side(
            writer, trade.seller, sides.seller, trade=trade.id, but=but, now=now
        )
    elif sides.buyer is not None:
        notices.of_side(writer, trade.buyer, sides.buyer, trade=trade.id, but=but, now=now)


def of_limits(
    writer: Writer,
    exchange: Exchange,
    entries: Iterable[Entry],
    accounts: Iterable[Account],
    *,
    now: int,
) -> None:
    """Tell those whose balance these entries bring near a limit, or beyond it.

    `accounts` are as they stood before.  A clearing account has nobody to tell.
    """
    changes = {entry.account: entry.amount for entry in entries}
    for account in accounts:
        limits = exchange.rules.growth.widen(account.limits, sales=account.sales)
        before = account.position.balance
        found = approach(before, before + changes.get(account.id, 0), limits)
        if found is not None:
            kind = Kind.LIMIT_PASSED if found.is_passed else Kind.LIMIT_NEAR
            told = {"limit": str(found.limit), "left": str(found.left)}
            tell_holders(writer, account.id, kind, details=told, now=now)
