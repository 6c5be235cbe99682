"""Answers about accounts, trades and members, each to those who may know.

Everyone's trading position is open to all members, unless the exchange keeps it to
those concerned; the entries of an account are for its own members, for those in care of
it, and for all where the account is open.
"""

from __future__ import annotations

from cesnode.community import words
from cesnode.community.roles import Actor, Permission, Scope
from cesnode.ledger.accounts import Account
from cesnode.ledger.statements import Statement
from cesnode.ledger.trades import Trade
from cesnode.services.authority import may_read_entries, visible_trade
from cesnode.store import Reader, members, statements, trades
from cesnode.store.statements import Period


def trade(reader: Reader, actor: Actor, name: str) -> Trade:
    actor.require_scope(Scope.READ)
    return visible_trade(reader, actor, name)


def trade_list(
    reader: Reader, actor: Actor, account: Account | None, *, since: str, limit: int
) -> list[Trade]:
    """Return the trades of an account, newest first; of all accounts without one."""
    actor.require_scope(Scope.READ)
    if account is None:
        actor.require(Permission.READ_ALL)
        return trades.latest(reader, since=since, limit=limit)
    require_entries(actor, account)
    return trades.of_account(reader, account.id, since=since, limit=limit)


def statement(reader: Reader, actor: Actor, account: Account, period: Period) -> Statement:
    actor.require_scope(Scope.READ)
    require_entries(actor, account)
    return statements.of_account(reader, account.id, period)


def directory(
    reader: Reader, actor: Actor, *, like: str, limit: int, after: str = ""
) -> list[members.Listed]:
    """Return lines of the directory; who does not wish to be listed is for keepers."""
    actor.require_scope(Scope.READ)
    if not (words.is_text(like) and words.is_text(after)):
        return []
    hidden = actor.may(Permission.READ_ALL)
    return members.directory(reader, like=like, limit=limit, after=after, hidden=hidden)


def require_entries(actor: Actor, account: Account) -> None:
    """Raise NotAllowed unless this actor may read an account's entries."""
    if not may_read_entries(actor, account):
        actor.require(Permission.READ_ALL, area=account.area)


def require_own(actor: Actor, account: Account) -> None:
    """Raise NotAllowed unless an account is the actor's own, or in their care.

    What waits for somebody is nobody else's business, even where the statement is open.
    """
    if not actor.owns(account.id):
        actor.require(Permission.READ_ALL, area=account.area)
