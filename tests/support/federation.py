"""Exchanges that trade with one another: who they are, their people, their peerings."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import permutations
from pathlib import Path

from cesnode.community.exchange import Exchange
from cesnode.community.roles import OPERATOR
from cesnode.community.rules import HouseRules
from cesnode.ledger.accounts import AccountKind, clearing_number
from cesnode.ledger.levy import Levy, Rate
from cesnode.ledger.limits import PARTS, Limits
from cesnode.ledger.money import Currency
from cesnode.services import founding
from cesnode.services.clearing.here import own_unit
from cesnode.services.membership import changing
from cesnode.services.peering import standing
from cesnode.services.peering.wishes import settings_of
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    distant,
    exchanges,
    keyring,
    peer_keys,
    peerings,
    peers,
    schema,
)
from cesnode.store.peerings import Facts, Meeting, Settings
from federation.keys import PrivateKey, base64url
from federation.nodes import node_name
from federation.peering import State
from federation.rates import Fee
from federation.seal import BoxKey
from tests.support.exchanges import FOUNDED, NOW, Person, join
from tests.support.nodes import Node

LEVY = Levy(seller=Rate(20_000), buyer=Rate(10_000))


@dataclass(frozen=True, slots=True)
class Home:
    """An exchange, how much it lets each peer owe, and how much it would owe each.

    It would owe more than others lend: it is for them to say no.
    """

    exchange: Exchange
    lends: int
    borrows: int

    @property
    def node(self) -> str:
        return node_name(self.exchange.origin)


def _home(name: str, code: str, unit: str, scale: int, hours: Fraction, lends: int) -> Home:
    """Keep the limits of people and peers in proportion to what an hour is worth."""
    currency = Currency(
        code=code, singular=unit, plural=f"{unit}s", scale=scale, hour_value=hours
    )
    hour = int(hours * 10**scale)
    rules = HouseRules(limits=Limits(-12 * hour, 20 * hour), levy=LEVY, agree_after_days=3)
    exchange = Exchange(
        name=name,
        origin=f"https://{code.lower()}.example",
        allow_private_peers=False,
        founded_at=FOUNDED,
        currency=currency,
        rules=rules,
    )
    return Home(exchange, lends=lends * hour, borrows=40 * hour)


OAKVALE = _home("Oakvale", "OAKV", "leaf", 2, Fraction(10), 20)
VILANOVA = _home("Vila Nova", "VILA", "hora", 2, Fraction(1), 15)
ALWAHA = _home("Al-Waha", "WAHA", "nakhla", 3, Fraction(10, 3), 25)
"""Another scale, and a rate that leaves something to round."""

HOMES = (OAKVALE, VILANOVA, ALWAHA)

PORTO = _home("Porto", "PORT", "moeda", 0, Fraction(60), 15)
"""A currency without parts, known to the others through a hub alone."""
HUB_FEE = Fee(Fraction(1, 100), 3)
"""What Al-Waha keeps as a hub: odd enough to leave something to round."""


def key_of(home: Home) -> PrivateKey:
    return PrivateKey(hashlib.sha256(home.node.encode()).digest())


def settle_down(folder: Path, homes: tuple[Home, ...]) -> Path:
    """Found exchanges that are peers of one another, in a folder each."""
    for home in homes:
        found_at(folder, home)
    for one, other in permutations(homes, 2):
        node = node_at(folder, one, lambda: NOW)
        node.write(befriend, one, other)
        node.stop()
    return folder


def settle_around(folder: Path, hub: Home, ends: tuple[Home, ...]) -> Path:
    """Found exchanges that are peers of a hub alone, and know of one another."""
    for home in (hub, *ends):
        found_at(folder, home)
    boxes = {home.node: keyring.load_box(folder / home.node) for home in ends}
    for end in ends:
        for one, other in permutations((hub, end)):
            node = node_at(folder, one, lambda: NOW)
            node.write(befriend, one, other)
            node.write(lets_pass, other.node, HUB_FEE if one is hub else Fee())
            node.stop()
        node = node_at(folder, end, lambda: NOW)
        for other in ends:
            if other is not end:
                node.write(know, other, boxes[other.node])
        node.stop()
    return folder


def found_at(folder: Path, home: Home) -> None:
    """Found an exchange that knows nobody yet."""
    schema.create(folder / home.node, partial(_found, home=home))
    _put_key(folder / home.node, key_of(home))


def lets_pass(writer: Writer, other: str, fee: Fee) -> None:
    """Let trades of others pass between us and a peer."""
    peer = peers.by_node(writer, other)
    assert peer is not None
    settings = replace(
        settings_of(peer),
        allow_as_hub=True,
        hub_fee_share=int(fee.share * PARTS),
        hub_fee_fixed=fee.fixed,
    )
    peerings.set_settings(writer, peer.id, settings)


def know(writer: Writer, other: Home, box: BoxKey) -> None:
    """Have met another exchange's card, without an agreement with it."""
    facts = replace(facts_of(other), box_key=base64url(box.x))
    distant.put(writer, facts, (key_of(other).public,), now=NOW)


def _put_key(folder: Path, key: PrivateKey) -> None:
    """Leave the keys where a served node looks for them."""
    seed = folder / keyring.FOLDER / "node.seed"
    seed.parent.mkdir(mode=0o700)
    seed.write_bytes(key.seed)
    keyring.ensure(folder)


def node_at(folder: Path, home: Home, clock: Callable[[], int]) -> Node:
    return Node(home.exchange.origin, folder / home.node, key_of(home), clock)


def befriend(writer: Writer, own: Home, other: Home) -> None:
    """Make another exchange a peer, as if both sides had signed their terms."""
    currency = other.exchange.currency
    clearing = accounts.insert(
        writer,
        number=clearing_number(own.exchange.code, currency.code),
        name=other.exchange.name,
        kind=AccountKind.CLEARING,
        now=NOW,
        area=None,
    )
    pair = ":".join(sorted((own.node, other.node)))
    facts = facts_of(other)
    meeting = Meeting(
        state=State.ACTIVE,
        peering_id=f"p-{hashlib.sha256(pair.encode()).hexdigest()[:32]}",
        clearing=clearing,
        token_hash="",
    )
    peer = peerings.insert(writer, facts, meeting, code=currency.code, now=NOW)
    peer_keys.pin(writer, peer, key_of(other).public, since=NOW - 1000)
    settings = Settings(credit_line=own.lends, max_we_owe=own.borrows)
    peerings.set_settings(writer, peer, settings)
    peerings.set_terms(
        writer, peer, version=1, their_credit_line=other.lends, rate=facts.rate
    )
    exchange = exchanges.load(writer, NOW)
    standing.guard(writer, exchange, peers.by_id(writer, peer), now=NOW)


def facts_of(home: Home) -> Facts:
    currency = home.exchange.currency
    return Facts(
        node=home.node,
        origin=home.exchange.origin,
        name=home.exchange.name,
        currency=currency.code,
        currency_name=currency.plural,
        scale=currency.scale,
        rate=own_unit(home.exchange).hours,
        box_key="",
    )


def people(reader: Reader) -> tuple[Person, ...]:
    """Return the members there are, by the accounts they joined with."""
    return tuple(
        Person(account.number, account.id, accounts.members_of(reader, account.id)[0])
        for account in accounts.every(reader)
        if accounts.members_of(reader, account.id)
    )


def _found(writer: Writer, home: Home) -> None:
    """Found an exchange with three people, of whom the third has rules of their own."""
    founding.found(writer, home.exchange, now=FOUNDED)
    *_, last = [
        join(writer, f"{name} of {home.exchange.name}") for name in ("Ann", "Bob", "Cem")
    ]
    rules = changing.Changes(approves_receipts=True, pays_bills_up_to="100")
    changing.change(writer, OPERATOR, last.number, rules, now=NOW)
