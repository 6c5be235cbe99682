"""Says which account is meant by what the files call it, and makes those that are missing.

Members' accounts are there before any trade is booked.  An account for another exchange,
or for openings, is made when a row first needs it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from uuid import UUID

from cesnode.community.exchange import Exchange
from cesnode.formats.brought import Outside
from cesnode.ledger.accounts import AccountKind, SystemAccount, clearing_number, is_code
from cesnode.services.bringing.people import People
from cesnode.store import Writer, accounts

_VERSION_7, _VARIANT = 0x7, 0b10
OUTSIDE = "@"
"""Begins the key of another exchange; its code follows."""


@dataclass(frozen=True, slots=True)
class Side:
    account: int
    number: str


@dataclass(slots=True, kw_only=True)
class Sides:
    """Of one run; what was asked once is not asked again."""

    writer: Writer
    exchange: Exchange
    people: People
    now: int
    _sides: dict[str, Side] = field(default_factory=dict)
    _members: dict[str, int | None] = field(default_factory=dict)

    def account(self, key: str) -> int | None:
        """Return the account that a key stands for, bookkeeping accounts included."""
        known = self.people.known.get(key)
        if known is None and "-" in key:
            found = accounts.find(self.writer, key)
            known = found.id if found else None
        return known

    def side(self, side: str | Outside, *, at: int | None = None) -> Side | None:
        """Return the account that stands for a side, or None if there is none."""
        name = side if isinstance(side, str) else f"{OUTSIDE}{side.code}"
        if name in self._sides:
            return self._sides[name]
        account = self.people.known.get(name)
        if account is None:
            account = self._bookkeeping(name, at=self.now if at is None else at)
        if account is None:
            return None
        found = Side(account, accounts.by_id(self.writer, account).number)
        self._sides[name] = found
        return found

    def _bookkeeping(self, name: str, *, at: int) -> int | None:
        """Make a clearing or a system account that a row stands on."""
        code = self.exchange.code
        if name.startswith(OUTSIDE):
            return self._clearing(name, at=at)
        purpose = name.removeprefix(f"{code}-")
        if purpose in {*SystemAccount}:
            return accounts.system(self.writer, code, SystemAccount(purpose), now=at)
        if purpose != name and is_code(purpose[:4]):
            return self._clearing(f"{OUTSIDE}{purpose}", at=at)
        return None

    def _clearing(self, name: str, *, at: int) -> int:
        foreign = name.removeprefix(OUTSIDE)
        known = self.people.known.get(name)
        if known is not None:
            return known
        wanted = clearing_number(self.exchange.code, _four_letters(foreign))
        made = accounts.insert(
            self.writer,
            number=accounts.free_name(self.writer, wanted),
            name=foreign,
            kind=AccountKind.CLEARING,
            now=at,
            area=None,
        )
        self.people.known[name] = made
        self.people.new.append((name, made))
        return made

    def member(self, key: str | None) -> int | None:
        if key is None:
            return None
        if key not in self._members:
            self._members[key] = self.people.member_of(key)
        return self._members[key]

    def numbers(self, seller: Side, buyer: Side) -> dict[int, str]:
        return {
            accounts.COMMUNITY_ID: f"{self.exchange.code}0000",
            seller.account: seller.number,
            buyer.account: buyer.number,
        }


def _four_letters(code: str) -> str:
    """Return how an exchange can be called here, whose code need not be four letters."""
    letters = "".join(
        chr(ord("A") + int(each)) if each in "0123456789" else each
        for each in code.upper()
        if each.isascii() and each.isalnum()
    )
    return f"{letters[:4]:X<4}"


def uuid_of(code: str, key: str, given: str | None, at: int) -> UUID:
    """Return the id that a row was given, or one in order of time that it always gets."""
    if given is not None:
        try:
            return UUID(given)
        except ValueError:
            pass  # It names the row, but is no UUID: it is in the key.
    chance = int.from_bytes(hashlib.sha256(f"{code}\0{key}".encode()).digest()[:10])
    milliseconds = max(at, 0) * 1000
    return UUID(
        int=milliseconds << 80
        | _VERSION_7 << 76
        | (chance >> 68 & 0xFFF) << 64
        | _VARIANT << 62
        | chance & (1 << 62) - 1
    )
