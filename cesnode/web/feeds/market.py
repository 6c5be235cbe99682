"""/feeds/market.atom and .json: the market as strangers see it, for newsreaders and sites.

The address says what is looked for, as that of the market's page does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import urlencode

from aiohttp import web

from cesnode.community.market import Kind
from cesnode.formats import feeds
from cesnode.formats.feeds import Feed, Item
from cesnode.services.market import addressing, feed
from cesnode.services.market.feed import Told
from cesnode.services.market.finding import Wanted
from cesnode.web import content
from cesnode.web.asking import Asked, Asking
from cesnode.web.content import Content
from cesnode.web.feeds.open import HEADERS
from cesnode.web.keys import RENDERER, SITE
from cesnode.web.rendering import Voice
from cesnode.web.site import MARKET, MEDIA

_PARTS = ("kind", "q", "category", "area", "page")


async def send_atom(asking: Asking) -> web.StreamResponse:
    return await _answer(asking, feeds.atom, feeds.ATOM)


async def send_json(asking: Asking) -> web.StreamResponse:
    return await _answer(asking, feeds.json_feed, feeds.JSON)


async def _answer(
    asking: Asking, write: Callable[[Feed], str], media_type: str
) -> web.StreamResponse:
    request = asking.request
    if not request.app[SITE].public.market:
        raise web.HTTPNotFound
    parts = {name: request.query[name] for name in _PARTS if request.query.get(name)}
    wanted = _wanted(parts)
    asked, found = await asking.look(
        lambda reader, _: feed.read(reader, wanted, now=asking.now)
    )
    voice = request.app[RENDERER].voice(asked.language)

    def made() -> Content:
        told = _feed(voice, asked, found, request.path, parts, wanted)
        return content.prepare(write(told), media_type)

    return content.answer(request, await asyncio.to_thread(made), HEADERS)


def _wanted(parts: Mapping[str, str]) -> Wanted:
    """Read what is looked for: offerings and wants both, if the address names neither."""
    wanted = addressing.read(parts)
    return wanted if parts.get("kind") in set(Kind) else replace(wanted, kind=None)


def _feed(
    voice: Voice,
    asked: Asked,
    found: feed.Feed,
    path: str,
    parts: Mapping[str, str],
    wanted: Wanted,
) -> Feed:
    origin, said = asked.exchange.origin, voice.catalogue.gettext
    title = {
        Kind.OFFERING: said("Offerings"),
        Kind.WANT: said("Wants"),
        None: said("Market"),
    }[wanted.kind]
    older = {**parts, "page": wanted.page + 1}
    return Feed(
        address=_at(origin + path, parts),
        home=_at(origin + MARKET, parts),
        title=f"{title} · {asked.exchange.name}",
        language=voice.language.code,
        changed_at=found.changed_at,
        items=[_item(voice, origin, each) for each in found.listings],
        following=_at(origin + path, older) if found.has_more else None,
    )


def _item(voice: Voice, origin: str, told: Told) -> Item:
    seen = told.seen
    first = next(iter(seen.pictures), None)
    return Item(
        address=f"{origin}{MARKET}/{seen.id}",
        title=seen.title,
        html=voice.render("feeds/_listing.html", listing=seen, origin=origin),
        author=seen.owner_name,
        published_at=told.published_at,
        changed_at=told.changed_at,
        tags=[name for name in (seen.category_name, *seen.keywords) if name],
        picture=f"{origin}{MEDIA}/{first.large}" if first else None,
    )


def _at(address: str, parts: Mapping[str, object]) -> str:
    return f"{address}?{urlencode(parts, errors='replace')}" if parts else address
