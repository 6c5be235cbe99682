"""Feeds for newsreaders and other web sites: Atom (RFC 4287) and JSON Feed 1.1.

Both say the same.  What they hold is text that was checked when it was written, so it has
no character that XML cannot carry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as Xml

import msgspec

ATOM, JSON = "application/atom+xml", "application/feed+json"

_SPACE = "http://www.w3.org/2005/Atom"
_VERSION = "https://jsonfeed.org/version/1.1"
_PICTURE = "image/webp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing of a feed.  Times in Unix seconds, addresses whole; `html` is safe."""

    address: str
    title: str
    html: str
    author: str
    published_at: int
    changed_at: int
    tags: Sequence[str] = ()
    picture: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed at an address, of the page `home`; `following` is where older things are."""

    address: str
    home: str
    title: str
    language: str
    changed_at: int
    items: Sequence[Item]
    following: str | None = None


def atom(feed: Feed) -> str:
    """Write a feed as RFC 4287 has it."""
    root = Xml.Element("feed", {"xmlns": _SPACE, "xml:lang": feed.language})
    _say(root, "id", feed.address)
    _say(root, "title", feed.title)
    _say(root, "updated", _moment(feed.changed_at))
    _link(root, "self", feed.address, ATOM)
    _link(root, "alternate", feed.home, "text/html")
    if feed.following is not None:
        _link(root, "next", feed.following, ATOM)
    for item in feed.items:
        _entry(root, item)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{Xml.tostring(root, "unicode")}\n'


def json_feed(feed: Feed) -> str:
    """Write a feed as JSON Feed 1.1 has it."""
    told = _JsonFeed(
        title=feed.title,
        home_page_url=feed.home,
        feed_url=feed.address,
        next_url=feed.following or msgspec.UNSET,
        language=feed.language,
        items=[_item(item) for item in feed.items],
    )
    return msgspec.json.encode(told).decode()


def _entry(root: Xml.Element, item: Item) -> None:
    entry = Xml.SubElement(root, "entry")
    _say(entry, "id", item.address)
    _say(entry, "title", item.title)
    _say(entry, "updated", _moment(item.changed_at))
    _say(entry, "published", _moment(item.published_at))
    _say(Xml.SubElement(entry, "author"), "name", item.author)
    _link(entry, "alternate", item.address, "text/html")
    if item.picture is not None:
        _link(entry, "enclosure", item.picture, _PICTURE)
    for tag in item.tags:
        Xml.SubElement(entry, "category", {"term": tag})
    _say(entry, "content", item.html).set("type", "html")


def _say(parent: Xml.Element, name: str, text: str) -> Xml.Element:
    child = Xml.SubElement(parent, name)
    child.text = text
    return child


def _link(parent: Xml.Element, relation: str, address: str, media_type: str) -> None:
    Xml.SubElement(parent, "link", {"rel": relation, "type": media_type, "href": address})


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class _Author(msgspec.Struct, frozen=True):
    name: str


class _JsonItem(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    url: str
    title: str
    content_html: str
    date_published: str
    date_modified: str
    authors: tuple[_Author, ...]
    tags: Sequence[str]
    image: str | msgspec.UnsetType


class _JsonFeed(msgspec.Struct, frozen=True, kw_only=True):
    version: str = _VERSION
    title: str
    home_page_url: str
    feed_url: str
    next_url: str | msgspec.UnsetType
    language: str
    items: Sequence[_JsonItem]


def _item(item: Item) -> _JsonItem:
    return _JsonItem(
        id=item.address,
        url=item.address,
        title=item.title,
        content_html=item.html,
        date_published=_moment(item.published_at),
        date_modified=_moment(item.changed_at),
        authors=(_Author(item.author),),
        tags=item.tags,
        image=item.picture or msgspec.UNSET,
    )
