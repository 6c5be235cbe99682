"""Limits that were passed because the exchange only warns: told, kept and listed."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Permission, Scope
from cesnode.ledger.accounts import Account
from cesnode.ledger.limits import Breach, LimitPolicy, Limits, beyond
from cesnode.ledger.money import render
from cesnode.ledger.trades import Trade
from cesnode.services import acting
from cesnode.store import Reader, Writer, accounts, acts, exchanges

KIND = "trade.limit_passed"


class LimitWarning(msgspec.Struct, frozen=True, kw_only=True):
    """An account beyond a limit: where it would be or is, and by how much too far."""

    account: str
    balance: str
    limit: str
    excess: str


class _Kept(msgspec.Struct, frozen=True):
    """What the act keeps, in smallest parts."""

    account: str
    reached: int
    limit: int


def keep(
    writer: Writer,
    exchange: Exchange,
    trade: Trade,
    passed: Iterable[tuple[Account, Breach]],
    *,
    now: int,
) -> None:
    """Leave an act for each limit that a trade passes, by whoever entered the trade."""
    for account, breach in passed:
        acting.record(
            writer,
            exchange,
            Actor(member=trade.entered_by),
            KIND,
            f"trade:{trade.uuid}",
            details={
                "account": account.number,
                "limit": breach.limit,
                "reached": breach.reached,
            },
            now=now,
        )


def warnings(reader: Reader, exchange: Exchange, trade: Trade) -> list[LimitWarning]:
    """Return which limits a trade has passed, where the exchange only warns of it."""
    if exchange.rules.limit_policy is not LimitPolicy.WARN:
        return []
    kept = (
        msgspec.json.decode(act.details, type=_Kept)
        for act in acts.about(reader, f"trade:{trade.uuid}")
        if act.kind == KIND
    )
    last = {one.account: Breach(one.reached, one.limit) for one in kept}
    return [_warning(exchange, account, passed) for account, passed in last.items()]


def standing(reader: Reader, actor: Actor, *, now: int) -> list[LimitWarning]:
    """Return every account that is beyond one of its limits, by number."""
    actor.require_scope(Scope.READ)
    actor.require(Permission.READ_ALL)
    exchange = exchanges.load(reader, now)
    found = (
        (account.number, beyond(account.position, _limits(exchange, account)))
        for account in accounts.every(reader)
    )
    return [_warning(exchange, number, passed) for number, passed in found if passed]


def _limits(exchange: Exchange, account: Account) -> Limits:
    return exchange.rules.growth.widen(account.limits, sales=account.sales)


def _warning(exchange: Exchange, number: str, passed: Breach) -> LimitWarning:
    return LimitWarning(
        account=number,
        balance=render(passed.reached, exchange.currency),
        limit=render(passed.limit, exchange.currency),
        excess=render(passed.excess, exchange.currency),
    )
