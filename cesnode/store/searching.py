"""Finds offerings and wants by their words, and keeps the index that does it.

Words are folded before they are indexed and before they are looked for (see
`community.market.fold`).  Languages that put spaces between words are indexed by word,
others by every three letters in a row; an exchange says which (`market_rules`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cesnode.community.market import Audience, Kind, fold
from cesnode.community.places import Place
from cesnode.store.database import Reader, Writer
from cesnode.store.listings import Listing

_WORD = re.compile(r"\w+")
_MOST_WORDS = 12
_FAVOURITE = "l.id IN (SELECT listing_id FROM favourites WHERE member_id = ?)"
_ON_BOARD = "l.id IN (SELECT listing_id FROM group_boards WHERE group_id = ?)"
_OPEN_TO = (
    "(l.groups_only = 0 OR EXISTS (SELECT 1 FROM group_boards AS b"
    " JOIN group_members AS m ON m.group_id = b.group_id WHERE b.listing_id = l.id"
    " AND m.member_id = ? AND m.seat IN ('member', 'steward')))"
)
_TRIGRAM = 3
_THERE = (
    "(l.account_id IN (SELECT value FROM json_each(?)) OR l.id IN"
    " (SELECT r.listing_id FROM json_each(?) AS j CROSS JOIN remote_listings AS r"
    " ON r.latitude = j.value ->> 0 AND r.longitude = j.value ->> 1))"
)
_NEWEST = "l.shown_at DESC, l.id DESC"
_FAR = (
    "WITH far (account, metres) AS MATERIALIZED"
    " (SELECT CAST(key AS INTEGER), value FROM json_each(?)),"
    " away (latitude, longitude, metres) AS MATERIALIZED"
    " (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)) "
)
_HOW_FAR = (
    " LEFT JOIN far ON far.account = l.account_id"
    " LEFT JOIN remote_listings AS r ON r.listing_id = l.id"
    " LEFT JOIN away ON away.latitude = r.latitude AND away.longitude = r.longitude"
)
_METRES = "COALESCE(far.metres, away.metres)"


class By(StrEnum):
    """What the index of an exchange is made of."""

    WORDS = "words"
    LETTERS = "letters"


class Order(StrEnum):
    BEST = "best"
    NEW = "new"
    TITLE = "title"
    NEAR = "near"


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for; whatever is empty does not matter.

    `today` leaves out what has ended.  `public_only` is for people who are no members.
    With `some` one of the words is enough.  `accounts` are those whose listings count, and
    `points` where neighbours' have to be.  `metres` is how far it is to each account, and
    `away` to each point, for the order of nearness: where that is not known comes last.
    What only groups see is found for a member who is in one of them, `seen_by`, and on the
    `board` of a group.
    """

    today: str
    kind: Kind | None = None
    words: str = ""
    some: bool = False
    categories: tuple[int, ...] = ()
    areas: tuple[int, ...] = ()
    account: int | None = None
    accounts: frozenset[int] | None = None
    points: frozenset[Place] = frozenset()
    not_of: frozenset[int] = frozenset()
    peer: int | None = None
    at_home: bool = False
    public_only: bool = False
    favourite_of: int | None = None
    seen_by: int | None = None
    board: int | None = None
    newer_than: int | None = None
    metres: Mapping[int, int] = field(default_factory=dict)
    away: Mapping[Place, int] = field(default_factory=dict)
    order: Order = Order.NEW
    limit: int = 24
    offset: int = 0


@dataclass(frozen=True, slots=True)
class _Filter:
    """Conditions joined by AND, and their values in the same order."""

    conditions: list[str]
    values: list[object]

    def add(self, condition: str, *values: object) -> None:
        self.conditions.append(condition)
        self.values.extend(values)

    @property
    def text(self) -> str:
        return " AND ".join(self.conditions)


def find(reader: Reader, search: Search) -> list[int]:
    """Return the ids of what was found, in the order that was asked for."""
    table = _table(by(reader))
    found = _visible(search)
    wanted = _terms(search.words)
    source = "listings AS l"
    if wanted:
        source = f"{table} AS f CROSS JOIN listings AS l ON l.id = f.rowid"
        _match(found, table, wanted, some=search.some)
    elif search.words.strip():
        return []  # Nothing but signs.
    first, told = "", tuple[str, ...]()
    if search.order is Order.NEAR:
        first, source = _FAR, source + _HOW_FAR
        away = [(*point, metres) for point, metres in search.away.items()]
        told = (json.dumps(dict(search.metres)), json.dumps(away))
    order = {
        Order.BEST: "f.rank" if wanted else _NEWEST,
        Order.NEW: _NEWEST,
        Order.TITLE: "l.title COLLATE NOCASE, l.id",
        Order.NEAR: f"{_METRES} IS NULL, {_METRES}, {_NEWEST}",
    }[search.order]
    rows = reader.all(
        f"{first}SELECT l.id FROM {source}"  # noqa: S608 - built of our words
        f" WHERE {found.text}"
        f" ORDER BY {order} LIMIT ? + 0 OFFSET ?",
        (*told, *found.values, search.limit, search.offset),
    )
    return [listing for (listing,) in rows]


def counts(reader: Reader, search: Search) -> dict[int | None, int]:
    """Return how many there are in each category, whatever the words."""
    found = _visible(search)
    rows = reader.all(
        "SELECT l.category_id, COUNT(*) FROM listings AS l"  # noqa: S608 - as above
        f" WHERE {found.text} GROUP BY l.category_id",
        found.values,
    )
    return dict(rows)


def by(reader: Reader) -> By:
    return By(reader.one("SELECT search FROM market_rules")[0])


def set_by(writer: Writer, way: By) -> None:
    """Choose what the index is made of, and make it anew."""
    writer.run("UPDATE market_rules SET search = ?", (way,))
    for each in By:
        writer.run(f"DELETE FROM {_table(each)}")  # noqa: S608 - one of two names
    rebuild(writer)


def index(writer: Writer, listing: Listing) -> None:
    """Let a listing be found by what it says now, or not at all."""
    _index(writer, "l.id = ?", listing.id)


def index_account(writer: Writer, account: int) -> None:
    _index(writer, "l.account_id = ?", account)


def rebuild(writer: Writer) -> None:
    _index(writer, "?", 1)


def compact(writer: Writer) -> None:
    """Write the index anew without what was taken out of it, which stays there else."""
    for each in By:
        table = _table(each)
        writer.run(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608


def _index(writer: Writer, condition: str, value: int) -> None:
    table = _table(by(writer))
    rows = writer.all(
        "SELECT l.id, l.state, l.title, l.keywords,"  # noqa: S608 - our own words
        " COALESCE(p.name || ' ', '') || COALESCE(c.name, r.category, ''),"
        " COALESCE(a.name || ' ' || a.number, r.author_name, ''), l.body"
        " FROM listings AS l LEFT JOIN categories AS c ON c.id = l.category_id"
        " LEFT JOIN categories AS p ON p.id = c.parent_id"
        " LEFT JOIN accounts AS a ON a.id = l.account_id"
        f" LEFT JOIN remote_listings AS r ON r.listing_id = l.id WHERE {condition}",
        (value,),
    )
    for listing, *_ in rows:
        writer.run(f"DELETE FROM {table} WHERE rowid = ?", (listing,))  # noqa: S608
    writer.many(
        f"INSERT INTO {table} (rowid, title, keywords, category, person, body)"  # noqa: S608
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (listing, *map(fold, texts))
            for listing, state, *texts in rows
            if state == "shown"
        ],
    )


def _visible(search: Search) -> _Filter:
    """Return the conditions that have nothing to do with words."""
    found = _Filter(["l.state = 'shown'"], [])
    found.add("(l.expires_on IS NULL OR l.expires_on >= ?)", search.today)
    for column, wanted in (
        ("l.kind = ?", search.kind),
        ("l.peer_id = ?", search.peer),
        ("l.account_id = ?", search.account),
        ("l.revision > ?", search.newer_than),
        (_FAVOURITE, search.favourite_of),
    ):
        if wanted is not None:
            found.add(column, wanted)
    for column, several in (
        ("l.category_id IN ({})", search.categories),
        ("l.area_id IN ({})", search.areas),
        ("(l.account_id IS NULL OR l.account_id NOT IN ({}))", search.not_of),
    ):
        if several:
            found.add(column.format(", ".join("?" * len(several))), *several)
    if search.accounts is not None:
        found.add(
            _THERE, json.dumps(sorted(search.accounts)), json.dumps(sorted(search.points))
        )
    if search.board is not None:
        found.add(_ON_BOARD, search.board)
    elif search.seen_by is not None:
        found.add(_OPEN_TO, search.seen_by)
    else:
        found.add("l.groups_only = 0")
    if search.public_only:
        found.add("l.audience = ?", Audience.PUBLIC)
    if search.at_home or search.public_only:
        found.add("l.peer_id IS NULL")
    return found


def _terms(text: str) -> list[str]:
    return _WORD.findall(fold(text))[:_MOST_WORDS]


def _match(found: _Filter, table: str, wanted: list[str], *, some: bool) -> None:
    """Let each word begin one of the listing's, or with letters be part of it."""
    joined = " OR " if some else " AND "
    if table == _table(By.WORDS):
        found.add(f"{table} MATCH ?", joined.join(f'"{word}"*' for word in wanted))
        return
    long = [word for word in wanted if len(word) >= _TRIGRAM]
    short = [word for word in wanted if len(word) < _TRIGRAM]
    if long:
        found.add(f"{table} MATCH ?", joined.join(f'"{word}"' for word in long))
    for word in short if not (some and long) else []:
        said = "f.title || ' ' || f.keywords || ' ' || f.category || ' ' || f.body"
        found.add(f"instr({said}, ?) > 0", word)


def _table(way: By) -> str:
    return {By.WORDS: "listing_words", By.LETTERS: "listing_letters"}[way]
