"""What the people of a simulated federation do, and the jobs that do it for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from random import Random
from uuid import UUID, uuid4

from msgspec.structs import replace

from cesnode.ledger.trades import Channel, Trade
from cesnode.services import dealing, trading
from cesnode.services.clearing import honouring
from cesnode.services.identifiers import uuid7
from cesnode.services.orders import Order
from cesnode.store import Reader, Writer, peers
from tests.support import lending
from tests.support.exchanges import Person, acting_as
from tests.support.federation import Home
from tests.support.nodes import Node
from tests.support.quoting import (
    quoted,
    quoted_back,
    quoted_bill,
    quoted_for_rule,
)

_AGREES = 0.7
_OPEN = """
SELECT uuid, state, seller_id, buyer_id FROM trades
WHERE other IS NOT NULL AND state IN ('requested', 'pending', 'held') ORDER BY id
"""
_RECEIVED = """
SELECT t.uuid, t.state, t.seller_id, t.buyer_id FROM trades AS t
JOIN remote_trades AS r ON r.trade_id = t.id WHERE r.state = 'committed' ORDER BY t.id
"""


class Members:
    """Chooses what somebody does next."""

    def __init__(
        self,
        random: Random,
        homes: tuple[Home, ...],
        nodes: Mapping[str, Node],
        people: Mapping[str, tuple[Person, ...]],
    ) -> None:
        self._random = random
        self._homes = {home.node: home for home in homes}
        self._nodes = nodes
        self._people = people
        self._orders: list[tuple[Node, Person, Order]] = []
        self._terms = 0

    def act(self) -> str:
        """Let a member somewhere do something."""
        wishes: tuple[tuple[int, Callable[[Node, Person], str]], ...] = (
            (12, self._buy),
            (5, self._bill),
            (2, self._trade_at_home),
            (1, self._repeat),
            (9, self._answer),
            (2, self._withdraw),
            (2, self._refund),
            (1, self._lend),
        )
        weights = [weight for weight, _ in wishes]
        (wish,) = self._random.choices([wish for _, wish in wishes], weights)
        node = self._random.choice(list(self._nodes.values()))
        return wish(node, self._random.choice(self._people[node.name]))

    def tend(self, node: Node) -> str:
        """Do what the node's own jobs do from time to time."""
        lapsed = node.write(dealing.lapse, node.key, now=node.now)
        for bill in node.read(honouring.untried):
            quote = quoted_for_rule(node, self._nodes, bill)
            node.write(honouring.try_rule, node.here, bill, quote=quote, now=node.now)
        agreed, old = node.write(trading.tend, now=node.now)
        return f"{node.name} looks around: {lapsed} lapsed, {agreed} agreed, {old} old"

    def _buy(self, node: Node, person: Person) -> str:
        there = self._elsewhere(node)
        seller = f"{self._serial()}@{there.node}"
        order = self._order(seller, person.number, self._amount(there))
        quote = quoted(node, self._nodes, seller, order.amount)
        return self._enter(node, person, replace(order, quote=quote))

    def _bill(self, node: Node, person: Person) -> str:
        there = self._elsewhere(node)
        buyer = f"{there.exchange.code}{self._serial()}"
        amount = self._amount(self._homes[node.name])
        return self._enter(node, person, self._order(person.number, buyer, amount))

    def _trade_at_home(self, node: Node, person: Person) -> str:
        seller = self._random.choice(self._people[node.name]).number
        amount = self._amount(self._homes[node.name])
        return self._enter(node, person, self._order(seller, person.number, amount))

    def _repeat(self, _node: Node, _person: Person) -> str:
        """Press the button twice: the same id, the same content."""
        if not self._orders:
            return ""
        return self.record(*self._random.choice(self._orders))

    def _enter(self, node: Node, person: Person, order: Order) -> str:
        self._orders.append((node, person, order))
        return self.record(node, person, order)

    def record(self, node: Node, person: Person, order: Order) -> str:
        """Enter a trade as this person."""

        def work(writer: Writer) -> str:
            actor = acting_as(writer, person)
            return dealing.record(writer, node.key, actor, order, now=node.now).trade.state

        what = f"{order.seller} sells to {order.buyer} for {order.amount}"
        return f"{node.name}: {what}: {node.write(work)}"

    def _answer(self, node: Node, _person: Person) -> str:
        """Agree to pay a bill or to receive from elsewhere, or say no."""
        found = self._pick(node, _OPEN, states={"requested", "pending"})
        if found is None:
            return ""
        uuid, person = found
        agrees = self._random.random() < _AGREES
        answer: Callable[..., Trade] = dealing.decline
        if agrees:
            quote = quoted_bill(node, self._nodes, uuid)
            answer = partial(dealing.accept, quote=quote)

        def work(writer: Writer) -> str:
            actor = acting_as(writer, person)
            return answer(writer, node.key, actor, str(uuid), now=node.now).state

        verb = "accepts" if agrees else "declines"
        return f"{node.name}: {person.number} {verb} {str(uuid)[-4:]}: {node.write(work)}"

    def _withdraw(self, node: Node, _person: Person) -> str:
        found = self._pick(node, _OPEN, states={"requested", "held"})
        if found is None:
            return ""
        uuid, person = found

        def work(writer: Writer) -> str:
            actor = acting_as(writer, person)
            return dealing.withdraw(writer, node.key, actor, str(uuid), now=node.now).state

        told = f"{node.name}: {person.number} takes back {str(uuid)[-4:]}"
        return f"{told}: {node.write(work)}"

    def _refund(self, node: Node, _person: Person) -> str:
        found = self._pick(node, _RECEIVED, states={"posted"})
        if found is None:
            return ""
        uuid, person = found
        quote = quoted_back(node, self._nodes, uuid)

        def work(writer: Writer) -> str:
            actor = acting_as(writer, person)
            return dealing.reverse(
                writer,
                node.key,
                actor,
                str(uuid),
                reason="not as it was",
                quote=quote,
                now=node.now,
            ).state

        told = f"{node.name}: {person.number} pays back {str(uuid)[-4:]}"
        return f"{told}: {node.write(work)}"

    def _lend(self, node: Node, _person: Person) -> str:
        """Let two exchanges agree how much one lends the other from now on."""
        peer = self._random.choice(node.read(peers.every))
        lender, other = self._homes[node.name], self._homes[peer.node]
        lends = self._random.randint(0, 3) * lender.lends
        self._terms += 1
        agreed = lending.terms(
            lender, other, peer.peering_id, lends, version=self._terms, now=node.now
        )
        noted = lending.notes(node, peer.node, agreed)
        return f"{node.name} lends {peer.node} {lends}: {'noted' if noted else 'known'}"

    def _pick(self, node: Node, sql: str, states: set[str]) -> tuple[UUID, Person] | None:
        """Return a trade, and which of our people has a side in it."""

        def find(reader: Reader) -> list[tuple[UUID, Person]]:
            holders = {person.account: person for person in self._people[node.name]}
            return [
                (UUID(bytes=bytes(uuid)), holders.get(seller) or holders[buyer])
                for uuid, state, seller, buyer in reader.all(sql)
                if state in states and not holders.keys().isdisjoint({seller, buyer})
            ]

        found = node.read(find)
        return self._random.choice(found) if found else None

    def _elsewhere(self, node: Node) -> Home:
        others = [home for name, home in self._homes.items() if name != node.name]
        return self._random.choice(others)

    def _serial(self) -> str:
        return self._random.choice(("0001", "0002", "0003", "0003", "0003", "0009"))

    def _amount(self, home: Home) -> str:
        """Choose some hours' worth, now and then more than anybody is trusted with."""
        scale = home.exchange.currency.scale
        hour = int(home.exchange.currency.hour_value * 10**scale)
        most = self._random.choice((4, 4, 4, 16)) * hour
        whole, part = divmod(self._random.randint(1, most), 10**scale)
        return f"{whole}.{part:0{scale}}"

    def _order(self, seller: str, buyer: str, amount: str) -> Order:
        return Order(
            id=self._random.choice((uuid4, uuid7))(),
            seller=seller,
            buyer=buyer,
            amount=amount,
            description="a box of vegetables",
            channel=Channel.API,
        )
