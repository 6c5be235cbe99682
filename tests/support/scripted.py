"""What two exchanges can have with each other, one of everything, step by step."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid5

from cesnode.ledger.trades import Channel
from cesnode.services import dealing
from cesnode.services.orders import Order
from cesnode.store import Writer
from tests.support.exchanges import acting_as
from tests.support.federation import OAKVALE, VILANOVA, Home, people
from tests.support.nodes import Node
from tests.support.simulation import Simulation

Action = Callable[[Simulation], str]

_SPACE = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
_WISHES = {
    "accepts": dealing.accept,
    "declines": dealing.decline,
    "takes back": dealing.withdraw,
}


def enter(home: Home, serial: int, seller: str, buyer: str, amount: str) -> Action:
    """Let the first, second or third member of an exchange enter a trade."""
    order = Order(
        id=uuid5(_SPACE, f"{home.node} {seller} {buyer} {amount}"),
        seller=seller,
        buyer=buyer,
        amount=amount,
        description="a box of vegetables",
        channel=Channel.API,
    )

    def action(simulation: Simulation) -> str:
        node = simulation.nodes[home.node]
        return simulation.members.record(node, node.read(people)[serial - 1], order)

    return action


def talk(home: Home, other: Home) -> Action:
    """Let a node say all it has to say to another, and compare books."""

    def action(simulation: Simulation) -> str:
        simulation.talk(simulation.nodes[home.node], other.node)
        return ""

    return action


def latest(home: Home, verb: str) -> Action:
    """Let whoever has a side in the latest trade do something about it."""

    def action(simulation: Simulation) -> str:
        node = simulation.nodes[home.node]
        return f"{node.name}: {verb}: {node.write(_wish, node, verb)}"

    return action


def back_up(home: Home) -> Action:
    return lambda simulation: simulation.back_up(home.node)


def restore(home: Home) -> Action:
    return lambda simulation: simulation.restore(home.node)


def _wish(writer: Writer, node: Node, verb: str) -> str:
    row = writer.first(
        "SELECT uuid, seller_id, buyer_id FROM trades ORDER BY id DESC LIMIT 1"
    )
    if row is None:
        return "there is nothing yet"
    uuid, seller, buyer = row
    (person,) = (each for each in people(writer) if each.account in {seller, buyer})
    actor, name = acting_as(writer, person), str(UUID(bytes=bytes(uuid)))
    if verb == "pays back":
        return dealing.reverse(
            writer, node.key, actor, name, reason="not as it was", now=node.now
        ).state
    return _WISHES[verb](writer, node.key, actor, name, now=node.now).state


OAK_TO_VILA = talk(OAKVALE, VILANOVA)
VILA_TO_OAK = talk(VILANOVA, OAKVALE)

TRADING: tuple[Action, ...] = (
    # Paid and taken at once, then paid back.
    enter(OAKVALE, 1, "0001@vila.example", "0001", "1.00"),
    OAK_TO_VILA,
    latest(VILANOVA, "pays back"),
    VILA_TO_OAK,
    # The payee wants to be asked, and agrees.
    enter(OAKVALE, 1, "0003@vila.example", "0001", "1.10"),
    OAK_TO_VILA,
    latest(VILANOVA, "accepts"),
    VILA_TO_OAK,
    # The payee wants to be asked, and the buyer takes it back first.
    enter(OAKVALE, 2, "0003@vila.example", "0002", "1.20"),
    OAK_TO_VILA,
    latest(OAKVALE, "takes back"),
    OAK_TO_VILA,
    # The buyer takes it back, but the payee has agreed in the meantime.
    enter(OAKVALE, 2, "0003@vila.example", "0002", "1.30"),
    OAK_TO_VILA,
    latest(OAKVALE, "takes back"),
    latest(VILANOVA, "accepts"),
    OAK_TO_VILA,
    # A bill that the buyer agrees to.
    enter(VILANOVA, 1, "0001", "0002@oakv.example", "0.50"),
    VILA_TO_OAK,
    latest(OAKVALE, "accepts"),
    OAK_TO_VILA,
    # A bill that the buyer does not agree to.
    enter(OAKVALE, 1, "0001", "0002@vila.example", "5.00"),
    OAK_TO_VILA,
    latest(VILANOVA, "declines"),
    VILA_TO_OAK,
)

PAYEE_FORGETS: tuple[Action, ...] = (
    # One trade is pending and one not heard of when the payee's node is backed up.
    enter(OAKVALE, 1, "0003@vila.example", "0001", "1.00"),
    OAK_TO_VILA,
    back_up(VILANOVA),
    latest(VILANOVA, "accepts"),
    VILA_TO_OAK,
    enter(OAKVALE, 2, "0001@vila.example", "0002", "2.00"),
    OAK_TO_VILA,
    restore(VILANOVA),
    VILA_TO_OAK,
)

PAYER_FORGETS: tuple[Action, ...] = (
    # One trade is held and one not ordered yet when the payer's node is backed up.
    enter(OAKVALE, 1, "0003@vila.example", "0001", "1.00"),
    OAK_TO_VILA,
    back_up(OAKVALE),
    enter(OAKVALE, 2, "0001@vila.example", "0002", "2.00"),
    OAK_TO_VILA,
    restore(OAKVALE),
    OAK_TO_VILA,
)

SCRIPTS = (TRADING, PAYEE_FORGETS, PAYER_FORGETS)
