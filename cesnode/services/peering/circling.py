"""Debts that go round among exchanges: found from what each tells of its own.

For exchanges whose nodes do not clear circles together (see clearing.setoffs): what can
be crossed out is then settled edge by edge, each by both its sides; nothing is moved here.
"""

from __future__ import annotations

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Permission
from cesnode.errors import N_, FieldInvalid
from cesnode.ledger.money import render
from cesnode.services.clearing.here import own_unit
from cesnode.services.clearing.setoffs import consenting
from cesnode.store import Reader
from federation.setoff import Debt, amount_of, circles
from federation.setoff_objects import Owed
from federation.wire import NodeName


class Debts(msgspec.Struct, frozen=True, kw_only=True):
    """What an exchange owes its peers: a document for those who look for circles."""

    node: NodeName
    debts: tuple[Owed, ...]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a debt can be crossed out; `amount` in our currency where we owe it."""

    debtor: str
    creditor: str
    hours: int
    amount: str | None


def own_debts(reader: Reader, exchange: Exchange, actor: Actor) -> Debts:
    """Return what we owe each peer, as far as nothing in flight can change it.

    Raises:
        NotAllowed

    """
    actor.require(Permission.READ_ALL)
    owed = consenting.own_debts(reader, exchange)
    return Debts(node=exchange.node, debts=owed)


def find(
    reader: Reader, exchange: Exchange, actor: Actor, others: list[bytes]
) -> list[Part]:
    """Return what can be crossed out, with what the other exchanges tell of their debts.

    Raises:
        NotAllowed
        FieldInvalid: a document is of another form, or two tell of the same exchange.

    """
    told = [own_debts(reader, exchange, actor), *map(_read, others)]
    own = told[0].node
    if len({one.node for one in told}) != len(told):
        raise FieldInvalid("file", N_("two documents tell of the same exchange"))
    try:
        crossed = circles(
            Debt(one.node, each.creditor, each.hours) for one in told for each in one.debts
        )
    except ValueError as error:
        raise FieldInvalid("file", str(error)) from None
    return [_part(exchange, debt, own) for debt in crossed]


def _read(document: bytes) -> Debts:
    try:
        return msgspec.json.decode(document, type=Debts)
    except msgspec.MsgspecError as error:
        reason = f"it is not what “cesnode peer debts --json” makes: {error}"
        raise FieldInvalid("file", reason) from None


def _part(exchange: Exchange, debt: Debt, own: str) -> Part:
    ours = debt.debtor == own
    amount = amount_of(debt.hours, own_unit(exchange))
    return Part(
        debtor=debt.debtor,
        creditor=debt.creditor,
        hours=debt.hours,
        amount=render(amount, exchange.currency) if ours else None,
    )
