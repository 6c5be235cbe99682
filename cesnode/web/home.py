"""/home: where a member stands, what waits for them, and what they can do."""

from __future__ import annotations

from cesnode.services import home
from cesnode.store import Reader
from cesnode.web.asking import Asked, Sight
from cesnode.web.balance_pictures import band, track


def show(reader: Reader, asked: Asked) -> Sight:
    present = asked.visitor
    standing = home.home(reader, present.actor, present.account, now=asked.now)
    limits, balance = standing.limits, standing.account.position.balance
    return Sight(
        "home/page.html",
        {
            "standing": standing,
            "band": band(balance, limits.floor, limits.ceiling),
            "track": track(standing.points, limits.floor, limits.ceiling),
        },
    )
