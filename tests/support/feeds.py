"""Reads what newsreaders read, and finds whatever a strict one would complain of.

`faults_of_atom` holds a feed to the rules of RFC 4287, section by section; the rest is
held to JSON schemas, written from what the formats document (`schemas/`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as Xml

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

SPACE = "{http://www.w3.org/2005/Atom}"
SCHEMAS = Path(__file__).parent / "schemas"

ONCE = {"id", "title", "updated"}
"""What a feed and an entry have exactly once (4.1.1, 4.1.2)."""
AT_MOST_ONCE = {"published", "rights", "subtitle", "generator", "icon", "logo", "content"}
KNOWN = {
    "feed": ONCE | {"link", "entry", "author", "category", "subtitle", "rights", "icon"},
    "entry": ONCE | {"link", "author", "category", "content", "published", "summary"},
}
DATES = {"updated", "published"}


def faults_of_atom(text: str) -> list[str]:
    """Say everything that RFC 4287 does not allow."""
    feed = Xml.fromstring(text)  # noqa: S314 - we wrote it
    if feed.tag != SPACE + "feed":
        return [f"the root is {feed.tag}"]
    entries = feed.findall(SPACE + "entry")
    ids = Counter(entry.findtext(SPACE + "id") for entry in entries)
    return [
        *_faults(feed, "feed"),
        *(fault for entry in entries for fault in _faults(entry, "entry")),
        *(f"{one} is there twice (4.1.1)" for one, times in ids.items() if times > 1),
        *_nameless(feed, entries),
    ]


def faults_of_json(text: str, schema: str) -> list[str]:
    """Say everything that a schema of `schemas/` does not allow."""
    rules = json.loads((SCHEMAS / f"{schema}.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(
        rules, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    return [error.message for error in validator.iter_errors(json.loads(text))]


def _faults(parent: Xml.Element, kind: str) -> Iterator[str]:
    names = Counter(child.tag.removeprefix(SPACE) for child in parent)
    yield from (f"{kind} knows no {name}" for name in names.keys() - KNOWN[kind])
    yield from (f"{kind} has {names[name]} {name}" for name in ONCE if names[name] != 1)
    yield from (
        f"{kind} has {names[name]} {name}" for name in AT_MOST_ONCE if names[name] > 1
    )
    for child in parent:
        yield from _faults_of_part(child, child.tag.removeprefix(SPACE))
    alternates = [
        link.get("type")
        for link in parent.findall(SPACE + "link")
        if link.get("rel", "alternate") == "alternate"
    ]
    if len(alternates) != len(set(alternates)):
        yield f"{kind} has two alternates of one type (4.1.1)"
    if kind == "entry" and "content" not in names and not alternates:
        yield "an entry without content has no alternate (4.1.2)"


def _faults_of_part(part: Xml.Element, name: str) -> Iterator[str]:
    if name == "id" and not _is_address(part.text or ""):
        yield f"the id {part.text} is no IRI (4.2.6)"
    if name in DATES and not _is_moment(part.text or ""):
        yield f"{part.text} is no moment (3.3)"
    if name == "link" and not _is_address(part.get("href", "")):
        yield f"a link leads to {part.get('href')} (4.2.7)"
    if name == "category" and not part.get("term"):
        yield "a category has no term (4.2.2)"
    if name == "author" and not part.findtext(SPACE + "name"):
        yield "an author has no name (3.2)"
    if name in {"title", "content"} and part.get("type", "text") not in {"text", "html"}:
        yield f"{name} is of the type {part.get('type')} (3.1)"
    if name in {"title", "content"} and len(part):
        yield f"{name} has children (3.1)"


def _nameless(feed: Xml.Element, entries: list[Xml.Element]) -> Iterator[str]:
    """An entry has an author, unless the feed has one (4.1.1)."""
    if feed.find(SPACE + "author") is None:
        for entry in entries:
            if entry.find(SPACE + "author") is None:
                yield "an entry has no author (4.1.2)"


def _is_address(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and " " not in text


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None and "T" in text
    except ValueError:
        return False
