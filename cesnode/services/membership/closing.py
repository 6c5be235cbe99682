"""The end of an account; whoever has no other leaves with it."""

from __future__ import annotations

from cesnode.community.exchange import Exchange
from cesnode.community.notices import Kind
from cesnode.community.roles import Actor, Permission
from cesnode.errors import AccountNotEmpty
from cesnode.ledger.accounts import Account, AccountState
from cesnode.ledger.money import Amount
from cesnode.services.groups.parting import leave_all
from cesnode.services.guests import visiting
from cesnode.services.market import publishing
from cesnode.services.membership import naming, recording
from cesnode.store import Writer, accounts, exchanges, members, sign_ins, tokens, trades


def close(writer: Writer, actor: Actor, name: str, *, now: int) -> Account:
    """Close an account whose balance is settled; its number is never given again."""
    actor.require(Permission.KEEP_MEMBERS)
    exchange = exchanges.load(writer, now)
    return end(writer, exchange, actor, naming.held(writer, exchange, name), now=now)


def end(
    writer: Writer, exchange: Exchange, actor: Actor, account: Account, *, now: int
) -> Account:
    """Close an account for who may do so; whoever has no other leaves with it.

    Raises:
        AccountNotEmpty: it has a balance, or trades that are not done.
        WrongAccountState: it is closed.

    """
    naming.require_state(account, AccountState.OPEN, AccountState.LOCKED)
    position = account.position
    in_flight = position.held_out or position.held_in or trades.has_open(writer, account.id)
    if position.balance or in_flight:
        balance = Amount(position.balance, exchange.currency)
        raise AccountNotEmpty(number=account.number, balance=balance)
    accounts.set_state(writer, account.id, AccountState.CLOSED)
    publishing.hide_all(writer, account.id, now=now)
    recording.record(writer, exchange, actor, "account.closed", account, now=now)
    recording.tell(writer, actor, account, Kind.CLOSED, {}, now=now)
    visiting.end_account(writer, account.id, now=now)
    for member in accounts.members_of(writer, account.id):
        _leave(writer, member, now=now)
    return accounts.by_id(writer, account.id)


def _leave(writer: Writer, member: int, *, now: int) -> None:
    """Whoever has no account any more has no say any more."""
    if all(
        accounts.by_id(writer, account).state is AccountState.CLOSED
        for account in accounts.of_member(writer, member)
    ):
        leave_all(writer, member, now=now)
        members.leave(writer, member)
        sign_ins.remove_member(writer, member)
        tokens.revoke_all(writer, member, now=now)
