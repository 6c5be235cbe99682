"""Two exchanges that do not know each other, and a hub between them, at one moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from msgspec.structs import replace

from cesnode.ledger.trades import Trade, TradeState
from cesnode.services import dealing
from cesnode.services.orders import Order
from cesnode.store import Reader, Writer, accounts, peers, remote_trades, trades
from cesnode.store.auditor import audit
from cesnode.store.database import FILE
from cesnode.store.remote_trades import RemoteTrade
from tests.support.exchanges import NOW, acting_as
from tests.support.federation import ALWAHA, OAKVALE, VILANOVA, node_at, people
from tests.support.nodes import Node
from tests.support.quoting import quoted
from tests.support.replay import AROUND_ONE, copied
from tests.support.stage import order_for
from tests.support.wire import Parcel, hear, next_letters, receive

SELLER = f"0001@{VILANOVA.node}"
ASKED_FIRST = f"0003@{VILANOVA.node}"
"""A seller who wants to agree before receiving."""


@dataclass
class HubStage:
    """`oak` buys, `waha` stands between, `vila` sells."""

    folder: Path
    now: int = NOW

    def __post_init__(self) -> None:
        def clock() -> int:
            return self.now

        self.oak, self.waha, self.vila = (
            node_at(self.folder, home, clock) for home in (OAKVALE, ALWAHA, VILANOVA)
        )
        self.nodes = {each.name: each for each in (self.oak, self.waha, self.vila)}

    def close(self) -> None:
        for node in self.nodes.values():
            node.stop()

    def buys(self, amount: str = "1.00", *, seller: str = SELLER) -> UUID:
        """Let the first member of Oakvale agree to a fresh quote."""
        quote = quoted(self.oak, self.nodes, seller, amount)
        order = replace(order_for(seller, "1", amount), quote=quote)
        return self.enter(self.oak, order).uuid

    def enter(self, node: Node, order: Order) -> Trade:
        def work(writer: Writer) -> Trade:
            actor = acting_as(writer, people(writer)[0])
            return dealing.record(writer, node.key, actor, order, now=node.now).trade

        return node.write(work)

    def passes(self) -> None:
        """Carry whatever waits on any way, until nothing does."""
        moved = True
        while moved:
            carried = [self.carry(one, other) for one, other in self.ways()]
            moved = any(carried)

    def carry(self, node: Node, other: Node) -> bool:
        parcel = next_letters(node, other.name)
        if parcel is not None:
            hear(parcel, receive(other, parcel.request))
        return parcel is not None

    def letter(self, node: Node, other: Node) -> Parcel:
        parcel = next_letters(node, other.name)
        assert parcel is not None
        return parcel

    def ways(self) -> tuple[tuple[Node, Node], ...]:
        oak, waha, vila = self.oak, self.waha, self.vila
        return ((oak, waha), (waha, vila), (vila, waha), (waha, oak))

    def remote(self, node: Node, wire_id: str) -> RemoteTrade | None:
        return node.read(remote_trades.by_wire_id, wire_id)

    def states(self, uuid: UUID) -> tuple[str | None, ...]:
        """Return where a trade of Oakvale stands at each node, the payer's first."""
        wire_id = self.wire_id(uuid)
        found = [self.remote(node, wire_id) for node in self.nodes.values()]
        return tuple(each.state if each else None for each in found)

    def wire_id(self, uuid: UUID) -> str:
        def look(reader: Reader) -> str:
            trade = trades.by_uuid(reader, uuid)
            assert trade is not None
            return remote_trades.of_known_trade(reader, trade.id).wire_id

        return self.oak.read(look)

    def owes(self, node: Node, other: Node) -> int:
        """Return what a node's books say it owes another, held amounts left out."""

        def look(reader: Reader) -> int:
            peer = peers.by_node(reader, other.name)
            assert peer is not None
            return accounts.by_id(reader, peer.clearing).position.balance

        return node.read(look)

    def balance(self, node: Node, number: str) -> int:
        def look(reader: Reader) -> int:
            found = accounts.by_number(reader, number, field="account")
            return found.position.balance

        return node.read(look)

    def latest(self, node: Node) -> Trade:
        def look(reader: Reader) -> Trade:
            (trade,) = trades.latest(reader, since="", limit=1)
            return trade

        return node.read(look)

    def require_sound(self) -> None:
        """Let the auditor look at all three files."""
        for node in self.nodes.values():
            found = audit(node.folder / FILE)
            assert found.ok, found.findings

    def is_held(self, uuid: UUID) -> bool:
        def look(reader: Reader) -> bool:
            trade = trades.by_uuid(reader, uuid)
            return trade is not None and trade.state is TradeState.HELD

        return self.oak.read(look)


@contextmanager
def staged_around_a_hub(template: Path, folder: Path) -> Iterator[HubStage]:
    with copied(template, folder, AROUND_ONE):
        stage = HubStage(folder)
        try:
            yield stage
        finally:
            stage.close()
