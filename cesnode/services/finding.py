"""Whom a person means, however they say it: a number, an address abroad, or a name."""

from __future__ import annotations

import unicodedata

import msgspec

from cesnode.community import words
from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Permission, Scope
from cesnode.errors import (
    AccountMalformed,
    PersonAmbiguous,
    PersonMissing,
    SameAccount,
    UnknownAccount,
    UnknownPerson,
)
from cesnode.ledger.accounts import Account, AccountState
from cesnode.services.clearing import looking_ahead
from cesnode.services.clearing.addressing import Faraway, resolve
from cesnode.services.clearing.ordering import currency_of
from cesnode.services.reading import require_own
from cesnode.store import Reader, accounts, statements

MOST_CHOICES = 20
RECENT = 5
_LOOKED_THROUGH = 60
"""So many of the latest entries are looked through for people of late."""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to trade with; of one in another exchange we know no name.

    `number` is what other services take: OAKV0007, or 0007@vila.example.  `exchange` is
    the name of another one, `units` what is counted there.
    """

    number: str
    name: str | None
    exchange: str | None = None
    units: str | None = None


def find(
    reader: Reader, exchange: Exchange, actor: Actor, text: str, *, own: Account
) -> list[Person]:
    """Return everybody whom a text may mean, the likeliest first; one or more.

    Raises:
        PersonMissing: nothing was written.
        UnknownAccount, UnknownPeer, UnknownPerson: there is nobody like that.
        SameAccount: it is the account that asks.

    """
    actor.require_scope(Scope.READ)
    tidy = " ".join(text.split())
    if not tidy or not words.is_text(tidy):
        raise PersonMissing
    try:
        meant = resolve(reader, exchange, tidy, field="who")
    except AccountMalformed:
        return _named(reader, actor, tidy, own)
    if isinstance(meant, Faraway):
        return [_faraway(meant)]
    return [_at_home(reader, meant, own)]


def find_one(
    reader: Reader, exchange: Exchange, actor: Actor, text: str, *, own: Account
) -> Person:
    """Return the only one whom a text can mean.

    Raises:
        PersonAmbiguous: there are several; whatever find() raises.

    """
    person, *others = find(reader, exchange, actor, text, own=own)
    if others:
        names = (f"{one.name} ({one.number})" for one in (person, *others))
        raise PersonAmbiguous(names=", ".join(names))
    return person


def recent(reader: Reader, actor: Actor, own: Account) -> list[Person]:
    """Return with whom an account traded lately, the latest first."""
    actor.require_scope(Scope.READ)
    require_own(actor, own)
    found: dict[str, Person] = {}
    for line in statements.latest(reader, own.id, count=_LOOKED_THROUGH):
        if line.other_number is not None:
            person = Person(number=line.other_number, name=line.other_name)
            found.setdefault(line.other_number, person)
    return list(found.values())[:RECENT]


def _at_home(reader: Reader, number: str, own: Account) -> Person:
    account = accounts.by_number(reader, number, field="who")
    if not account.kind.is_personal or account.state is AccountState.CLOSED:
        raise UnknownAccount(number=number, field="who")
    if account.id == own.id:
        raise SameAccount(number=number, field="who")
    return Person(number=account.number, name=account.name)


def _faraway(meant: Faraway) -> Person:
    return Person(
        number=meant.address,
        name=None,
        exchange=looking_ahead.name_of(meant),
        units=currency_of(meant).plural,
    )


def _named(reader: Reader, actor: Actor, text: str, own: Account) -> list[Person]:
    """Find names that hold all the words; whole words go before parts of them.

    Whoever does not wish to be listed is found by number alone, but for keepers.
    """
    wanted = _plain(text).split()
    found: list[tuple[int, str, Person]] = []
    for number, name in accounts.traders(reader, hidden=actor.may(Permission.READ_ALL)):
        said = _plain(name)
        if number != own.number and all(word in said for word in wanted):
            parts = sum(word not in said.split() for word in wanted)
            found.append((parts, said, Person(number=number, name=name)))
    if not found:
        raise UnknownPerson(text=text)
    return [person for *_, person in sorted(found, key=_order)][:MOST_CHOICES]


def _order(found: tuple[int, str, Person]) -> tuple[int, str, str]:
    parts, said, person = found
    return parts, said, person.number


def _plain(text: str) -> str:
    """Return a text without case and accents, as people type it on a phone."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))
