"""The account, or its member, that somebody named by a number."""

from __future__ import annotations

from cesnode.community.exchange import Exchange
from cesnode.errors import UnknownAccount, UnknownMember, WrongAccountState
from cesnode.ledger.accounts import Account, AccountKind, AccountState, parse_number
from cesnode.store import Reader, accounts


def find(reader: Reader, exchange: Exchange, text: str) -> Account:
    """Return the account that somebody named."""
    address = parse_number(text, exchange.code, field="number")
    return accounts.by_number(reader, address.number, field="number")


def personal(reader: Reader, exchange: Exchange, text: str) -> Account:
    """Return an account that members or the community trade with."""
    account = find(reader, exchange, text)
    if not account.kind.is_personal:
        raise UnknownAccount(number=account.number, field="number")
    return account


def held(reader: Reader, exchange: Exchange, text: str) -> Account:
    """Return an account that members hold; the community's own is nobody's."""
    account = personal(reader, exchange, text)
    if account.kind is AccountKind.COMMUNITY:
        raise WrongAccountState(number=account.number, state="the community’s own")
    return account


def holder(reader: Reader, account: Account) -> int:
    """Return the (first) member of an account."""
    holders = accounts.members_of(reader, account.id)
    if not holders:
        raise UnknownMember(number=account.number, field="number")
    return holders[0]


def require_state(account: Account, *states: AccountState) -> None:
    if account.state not in states:
        raise WrongAccountState(number=account.number, state=account.state)
