"""Waits a moment for another exchange to decide; the running node does the asking."""

from __future__ import annotations

import time
from collections.abc import Callable

import click

from cesnode.ledger.trades import TradeState
from cesnode.services.views import TradeView

_PAUSE = 0.05
option = click.option(
    "--wait",
    type=click.FloatRange(0),
    default=10,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for another exchange.",
)

_REASONS = {
    "payee-unavailable": "The other exchange cannot pay this to anybody of that number.",
    "limit-exceeded": "It is more than the two exchanges trade with each other just now.",
    "rate-changed": "The rate has changed; look at the new one and ask again.",
    "expired": "Nobody agreed there in time.",
    "peer-paused": "The other exchange lets trading with us rest just now.",
    "amount-invalid": "The other exchange cannot trade that amount.",
    "not-routable": "The other exchange does not take this trade.",
    "hop-limit": "There was too little time left to pass it on; please ask again.",
}


def until_decided(
    view: TradeView, seconds: float, look: Callable[[], TradeView]
) -> TradeView:
    """Look again until the trade is decided, for so long at most."""
    end = time.monotonic() + seconds
    while view.state == TradeState.HELD and time.monotonic() < end:
        time.sleep(_PAUSE)
        view = look()
    return view


def why(view: TradeView) -> str:
    """Say in plain words why the other exchange refused."""
    reason = (view.remote and view.remote.reason) or ""
    return _REASONS.get(reason, "The other exchange has refused it.")
