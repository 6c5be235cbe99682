"""/neighbours: the exchanges that ours trades with, and each of them by itself."""

from __future__ import annotations

from cesnode.community.market import Kind
from cesnode.services.market import finding, neighbours
from cesnode.services.market.finding import Wanted
from cesnode.store import Reader
from cesnode.web.asking import Asked, Sight

_SHOWN = 6


def every(reader: Reader, asked: Asked) -> Sight:
    actor = asked.visitor.actor
    found = neighbours.every(reader, actor, now=asked.now)
    return Sight("market/neighbours.html", {"neighbours": found})


def one(reader: Reader, asked: Asked) -> Sight:
    actor = asked.visitor.actor
    found = neighbours.named(reader, actor, asked.path["code"], now=asked.now)
    wanted = Wanted(kind=Kind.OFFERING, peer=found.id)
    newest = finding.browse(reader, actor, wanted, now=asked.now)
    return Sight(
        "market/neighbour.html",
        {"neighbour": found, "newest": newest.listings[:_SHOWN]},
    )
