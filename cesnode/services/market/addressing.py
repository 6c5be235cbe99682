"""Reads what is looked for on the market from the address of its page."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from cesnode.community import words
from cesnode.community.market import Kind
from cesnode.community.places import Band
from cesnode.services.market.finding import Wanted, Where
from cesnode.store.searching import Order

PARTS = (
    "kind",
    "q",
    "category",
    "area",
    "where",
    "peer",
    "near",
    "group",
    "favourites",
    "order",
    "page",
)


def read(query: Mapping[str, str]) -> Wanted:
    """Read what is looked for; what makes no sense is as if it were not there."""
    order, where = query.get("order", ""), query.get("where", "")
    kind, sought = query.get("kind", ""), query.get("q", "")
    near = query.get("near", "")
    return Wanted(
        kind=Kind(kind) if kind in set(Kind) else Kind.OFFERING,
        words=sought if words.is_text(sought) else "",
        category=words.number(query.get("category", "")),
        area=words.number(query.get("area", "")),
        where=Where(where) if where in set(Where) else Where.EVERYWHERE,
        peer=words.number(query.get("peer", "")),
        near=Band(near) if near in set(Band) else None,
        group=words.number(query.get("group", "")),
        favourites=bool(query.get("favourites")),
        order=Order(order) if order in set(Order) else None,
        page=words.number(query.get("page", "")) or 1,
    )


def read_text(address: str) -> Wanted:
    """Read the part of an address behind its question mark."""
    return read(dict(parse_qsl(address)))
