"""/neighbours: the exchanges that ours trades with, and each of them by itself."""

from __future__ import annotations

from aiohttp import web

from cesnode.community.market import Kind
from cesnode.community.roles import Permission
from cesnode.services.clearing.here import here_of
from cesnode.services.market import finding, neighbours
from cesnode.services.market.finding import Wanted
from cesnode.services.peering import changing
from cesnode.services.peering.wishes import Wishes
from cesnode.store import Reader
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.keys import KEY
from cesnode.web.site import NEIGHBOURS

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
        {
            "neighbour": found,
            "newest": newest.listings[:_SHOWN],
            "keeps_peers": actor.may_somewhere(Permission.KEEP_PEERS),
        },
    )


def sharing(reader: Reader, asked: Asked) -> Sight:
    """Ask the keepers what goes to a neighbour, and comes from there."""
    actor, code = asked.visitor.actor, asked.path["code"]
    found = neighbours.named(reader, actor, code, now=asked.now)
    return Sight("market/sharing.html", {"neighbour": found})


async def share(asking: Asking) -> web.StreamResponse:
    form, code = asking.form, asking.request.match_info["code"]
    key = asking.request.app[KEY]
    wishes = Wishes(
        share_market=form.has("market"),
        carry_messages=form.has("messages"),
        share_groups=form.has("groups"),
    )
    await asking.do(
        lambda writer, asked: changing.change(
            writer,
            here_of(asked.exchange, key),
            asked.visitor.actor,
            code,
            wishes,
            now=asked.now,
        )
    )
    return asking.go(f"{NEIGHBOURS}/{code}", note="sharing-kept")
