"""Accounts: their kinds, and the numbers people call them by.

A number is the exchange's four-letter code and four digits or more (OAKV0001).
At home 0001 or 1 is enough.  0000 is the community's own account.  A clearing
account is called after both exchanges (OAKV-VILA), a system account after its
purpose (OAKV-OPENING).  No number is ever given twice.
"""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec

from cesnode.errors import AccountMalformed
from cesnode.ledger.limits import Limits, Position

COMMUNITY = 0
"""The number of the account that receives levies and fees (CES: XXXX0000)."""

_CODE = re.compile(r"[A-Z]{4}")
_NUMBER = re.compile(r"(?:([A-Za-z]{4})[\s-]?)?([0-9]{1,8})")
_NAMED = re.compile(r"[A-Z]{4}-[A-Z][A-Z0-9]{2,15}")
_WIDTH = 4


class AccountKind(StrEnum):
    INDIVIDUAL = "individual"
    JOINT = "joint"
    ORGANISATION = "organisation"
    COMPANY = "company"
    PUBLIC = "public"  # its whole statement is open to members
    COMMUNITY = "community"  # 0000, likewise open
    CLEARING = "clearing"  # what this exchange and one peer owe each other
    SYSTEM = "system"

    @property
    def is_personal(self) -> bool:
        """Whether members hold it, trade with it and are bound by its limits."""
        return self not in _BOOKKEEPING

    @property
    def is_open(self) -> bool:
        """Whether every member may read its whole statement."""
        return self in {AccountKind.PUBLIC, AccountKind.COMMUNITY}


_BOOKKEEPING = frozenset({AccountKind.CLEARING, AccountKind.SYSTEM})

OPENABLE = tuple(
    kind for kind in AccountKind if kind.is_personal and kind is not AccountKind.COMMUNITY
)
"""The kinds an operator may open; the others come into being by themselves."""


class SystemAccount(StrEnum):
    """Made when first needed."""

    OPENING = "OPENING"  # opening balances of a community that moved here
    ROUNDING = "ROUNDING"  # what a set-off in a common unit leaves over
    SUSPENSE = "SUSPENSE"  # trades an admin had to end without the other node
    CIRCLES = "CIRCLES"  # crossed out on one side of us, and not yet on the other


class Address(msgspec.Struct, frozen=True):
    """Whom a person named: an account here, or one of another exchange by code."""

    code: str
    number: str


def is_code(text: str) -> bool:
    """Whether a text can be an exchange's code."""
    return _CODE.fullmatch(text) is not None


def number(code: str, serial: int) -> str:
    """Write the account number: OAKV and 7 make OAKV0007."""
    return f"{code}{serial:0{_WIDTH}}"


def system_number(code: str, purpose: SystemAccount) -> str:
    return f"{code}-{purpose}"


def clearing_number(code: str, peer_code: str) -> str:
    return f"{code}-{peer_code}"


def parse_number(text: str, code: str, *, field: str) -> Address:
    """Read "oakv0007", "OAKV 0007", "0007" or "7" as an account of some exchange.

    Raises:
        AccountMalformed: it has none of these shapes.

    """
    tidy = text.strip()
    match = _NUMBER.fullmatch(tidy)
    if match:
        named = (match[1] or code).upper()
        return Address(named, number(named, int(match[2])))
    if tidy.isascii() and _NAMED.fullmatch(tidy.upper()):
        return Address(tidy[:_WIDTH].upper(), tidy.upper())
    raise AccountMalformed(text=text, code=code, field=field)


class AccountState(StrEnum):
    OPEN = "open"
    LOCKED = "locked"  # may provide, may not receive
    CLOSED = "closed"


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An account as it stands in the transaction that read it."""

    id: int
    number: str
    name: str
    kind: AccountKind
    state: AccountState
    lock_reason: str | None
    area: int | None
    whitelisted: bool
    limits: Limits  # the account's own, or else the exchange's
    position: Position
    sales: int
    purchases: int
    reserved: int = 0
    """What set-offs reserve: above zero we go on owing so much, below we are owed it."""
