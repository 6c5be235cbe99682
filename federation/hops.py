"""The way of an order: how long it may be, and how much time each hop leaves the next."""

from __future__ import annotations

from datetime import datetime, timedelta

from federation.errors import FederationError, Problem
from federation.objects import TradeOrder

MOST_EDGES = 3
MARGIN = timedelta(seconds=30)
SHORTEST = timedelta(seconds=60)


def is_beyond(order: TradeOrder) -> bool:
    """Whether an order passes a hub, so that its two ends need no peering."""
    return len(order.path) > len((order.payer_node, order.payee_node))


def next_node(order: TradeOrder, own: str) -> str:
    """Return whom the order goes to after us."""
    if len(order.path) - 1 > MOST_EDGES:
        detail = f"An order may pass {MOST_EDGES} edges at most."
        raise FederationError(Problem.HOP_LIMIT, detail)
    if own not in order.path[:-1]:
        detail = "The way of this order does not lead through this node."
        raise FederationError(Problem.NOT_ROUTABLE, detail)
    return order.path[order.path.index(own) + 1]


def check_sender(order: TradeOrder, own: str, sender: str) -> None:
    """Refuse an order that comes to us from another node than its way says."""
    if (sender, own) not in zip(order.path, order.path[1:], strict=False):
        detail = f"The way of this order does not lead from {sender} to {own}."
        raise FederationError(Problem.NOT_ROUTABLE, detail)


def check_time(expires_at: datetime, now: datetime) -> None:
    """Refuse, at the payee's node, an order whose time is over."""
    if expires_at <= now:
        raise FederationError(Problem.EXPIRED, "The time this order was given is over.")


def onward_expiry(expires_at: datetime, now: datetime) -> datetime:
    """Return when a hub's own hop ends: well before the one that leads to it."""
    if expires_at - now < SHORTEST:
        detail = "Too little time is left to pass this order on."
        raise FederationError(Problem.HOP_LIMIT, detail)
    return expires_at - MARGIN
