"""Founds an exchange: its rules, its first rate and levy, the community's account."""

from __future__ import annotations

from cesnode.community.exchange import Exchange
from cesnode.community.roles import OPERATOR
from cesnode.ledger.accounts import COMMUNITY, AccountKind, number
from cesnode.services import acting, decisions
from cesnode.store import Writer, accounts, exchanges


def found(writer: Writer, exchange: Exchange, *, now: int) -> str:
    """Fill a new file; return the number of the community's own account."""
    exchanges.insert(writer, exchange)
    treasury = number(exchange.code, COMMUNITY)
    accounts.insert(
        writer,
        number=treasury,
        name=exchange.name,
        kind=AccountKind.COMMUNITY,
        now=now,
        area=None,
    )
    acting.record(
        writer,
        exchange,
        OPERATOR,
        "exchange.founded",
        "exchange",
        details={
            **decisions.rules(exchange),
            "rate": decisions.rate(exchange, since=exchange.founded_at),
            "levy": decisions.levy(exchange.rules.levy, since=exchange.founded_at),
        },
        now=now,
    )
    return treasury
