"""What two exchanges can have with each other, one of everything, step by step."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid5

from msgspec.structs import replace

from cesnode.ledger.trades import Channel
from cesnode.services import dealing
from cesnode.services.orders import Order
from cesnode.store import Reader, Writer
from tests.support.exchanges import acting_as
from tests.support.federation import ALWAHA, OAKVALE, VILANOVA, Home, people
from tests.support.nodes import Node
from tests.support.quoting import quoted, quoted_back
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


def enter_through_hub(home: Home, serial: int, seller: str, amount: str) -> Action:
    """Let a member pay one beyond the hub, at a price asked for a moment before."""
    order = Order(
        id=uuid5(_SPACE, f"{home.node} {seller} {amount}"),
        seller=seller,
        buyer=f"{serial:04}",
        amount=amount,
        description="a box of vegetables",
        channel=Channel.API,
    )

    def action(simulation: Simulation) -> str:
        node = simulation.nodes[home.node]
        quote = quoted(node, simulation.nodes, seller, amount)
        person = node.read(people)[serial - 1]
        return simulation.members.record(node, person, replace(order, quote=quote))

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
        quote = None
        if verb == "pays back" and (uuid := node.read(_latest)) is not None:
            quote = quoted_back(node, simulation.nodes, uuid)
        return f"{node.name}: {verb}: {node.write(_wish, node, verb, quote)}"

    return action


def back_up(home: Home) -> Action:
    return lambda simulation: simulation.back_up(home.node)


def restore(home: Home) -> Action:
    return lambda simulation: simulation.restore(home.node)


def _latest(reader: Reader) -> UUID | None:
    row = reader.first("SELECT uuid FROM trades ORDER BY id DESC LIMIT 1")
    return UUID(bytes=bytes(row[0])) if row else None


def _wish(writer: Writer, node: Node, verb: str, quote: str | None) -> str:
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
            writer,
            node.key,
            actor,
            name,
            reason="not as it was",
            quote=quote,
            now=node.now,
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

_ON, _BACK = (
    (talk(OAKVALE, ALWAHA), talk(ALWAHA, VILANOVA)),
    (talk(VILANOVA, ALWAHA), talk(ALWAHA, OAKVALE)),
)

THROUGH_A_HUB: tuple[Action, ...] = (
    # Paid and taken at once, then paid back through the same hub.
    enter_through_hub(OAKVALE, 1, "0001@vila.example", "1.00"),
    *_ON,
    *_BACK,
    latest(VILANOVA, "pays back"),
    *_BACK,
    *_ON,
    # The payee wants to be asked, and agrees.
    enter_through_hub(OAKVALE, 1, "0003@vila.example", "1.10"),
    *_ON,
    latest(VILANOVA, "accepts"),
    *_BACK,
    # The payee wants to be asked, and the buyer takes it back first.
    enter_through_hub(OAKVALE, 2, "0003@vila.example", "1.20"),
    *_ON,
    latest(OAKVALE, "takes back"),
    *_ON,
    # There is nobody there to be paid.
    enter_through_hub(OAKVALE, 2, "0009@vila.example", "1.30"),
    *_ON,
)

HUB_FORGETS: tuple[Action, ...] = (
    # One order is passed on and one has not come yet when the hub is backed up.
    enter_through_hub(OAKVALE, 1, "0003@vila.example", "1.00"),
    *_ON,
    back_up(ALWAHA),
    latest(VILANOVA, "accepts"),
    *_BACK,
    enter_through_hub(OAKVALE, 2, "0001@vila.example", "2.00"),
    *_ON,
    *_BACK,
    restore(ALWAHA),
    *_ON,
    *_BACK,
)

SCRIPTS = (TRADING, PAYEE_FORGETS, PAYER_FORGETS)
HUB_SCRIPTS = (THROUGH_A_HUB, HUB_FORGETS)
