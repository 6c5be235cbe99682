"""/market: looking around, searching, and what one has put up oneself."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import web

from cesnode.community.market import Kind
from cesnode.services import reading
from cesnode.services.market import addressing, boards, finding, gathering, watching
from cesnode.services.market.addressing import PARTS
from cesnode.store import Reader, members
from cesnode.web.addresses import number
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.site import MARKET, MARKET_MINE

_MOST_PEOPLE = 4


def browse(reader: Reader, asked: Asked) -> Sight:
    wanted = addressing.read(asked.query)
    actor = asked.present.actor if asked.present else None
    found = finding.browse(reader, actor, wanted, now=asked.now)
    searched = bool(wanted.words.strip()) and wanted.page == 1
    people = (
        reading.directory(reader, actor, like=wanted.words.strip(), limit=_MOST_PEOPLE)
        if actor is not None and searched
        else []
    )
    kind = wanted.kind or Kind.OFFERING
    return Sight(
        "market/browse.html",
        {
            "wanted": wanted,
            "found": found,
            "people": people,
            "categories": finding.counts(
                reader, actor, kind, group=wanted.group, now=asked.now
            ),
            "board": boards.named(reader, actor, wanted.group),
            "areas": members.areas(reader),
            "neighbours": {str(each.id): each.name for each in gathering.due(reader)},
            "link": _links(asked.query),
            "search": _tidy(asked.query),
        },
    )


async def keep(asking: Asking) -> web.StreamResponse:
    """Keep a search, to be told by mail of what is new in it."""
    address = _tidy(asking.request.query)
    await asking.write(watching.save, address, now=asking.now)
    return asking.go(f"{MARKET_MINE}#searches", note="search-kept")


def mine(reader: Reader, asked: Asked) -> Sight:
    present = asked.visitor
    own = present.account.number
    listed = finding.of_account(reader, present.actor, own, now=asked.now)
    return Sight(
        "market/mine.html",
        {
            "listings": {
                kind.value: [each for each in listed if each.kind is kind] for kind in Kind
            },
            "suggested": finding.suggested(reader, present.actor, now=asked.now),
            "searches": [
                (each.id, each.address, addressing.read_text(each.address))
                for each in watching.searches(reader, present.actor)
            ],
        },
    )


async def drop(asking: Asking) -> web.StreamResponse:
    """Forget a search that was kept."""
    search = number(asking.form.value("search"))
    await asking.write(watching.drop, search or 0)
    return asking.go(f"{MARKET_MINE}#searches", note="search-dropped")


class _links:  # noqa: N801 - templates call it as the function it is
    """Leads to the same search with something changed, always from its first page."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self._query = {name: query[name] for name in PARTS if query.get(name)}

    def __call__(self, **changes: object) -> str:
        parts = {**self._query, "page": "", **changes}
        return f"{MARKET}?{_encoded(parts)}"


def _tidy(query: Mapping[str, str]) -> str:
    """Return the part of a market page's address that says what is looked for."""
    parts = {name: query.get(name, "") for name in PARTS if name != "page"}
    return _encoded({**parts, "kind": query.get("kind", "") or Kind.OFFERING.value})


def _encoded(parts: Mapping[str, object]) -> str:
    return urlencode({name: value for name, value in parts.items() if value})
