"""/trade, where every way to trade begins, and /trades, what has been traded."""

from __future__ import annotations

from cesnode.community.roles import Permission
from cesnode.services import home, reading
from cesnode.store import Reader, accounts, statements
from cesnode.web.asking import Asked, Sight

LISTED = 50


def hub(reader: Reader, asked: Asked) -> Sight:
    present = asked.visitor
    reading.require_own(present.actor, present.account)
    return Sight(
        "trading/hub.html",
        {
            "waiting": home.waiting(reader, present.account),
            "recent": statements.latest(reader, present.account.id, count=home.RECENT),
            "enters_paper": present.actor.may_somewhere(Permission.TRADE_FOR_OTHERS),
        },
    )


def trades(reader: Reader, asked: Asked) -> Sight:
    """Show the latest trades, whatever became of them."""
    present = asked.visitor
    found = reading.trade_list(
        reader, present.actor, present.account, since="", limit=LISTED
    )
    sides = {side for trade in found for side in (trade.seller, trade.buyer)}
    return Sight(
        "trading/trades.html",
        {"trades": found, "names": accounts.names(reader, sorted(sides))},
    )
