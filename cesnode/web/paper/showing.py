"""/market/print, /people/print and /market/{id}/strips: what goes on paper."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from cesnode.community.market import Kind
from cesnode.community.profiles import Contact
from cesnode.community.roles import Permission
from cesnode.services import paper
from cesnode.services.market import finding, notice_board
from cesnode.services.market.notice_board import Sorting, Whom, Wish
from cesnode.store import Reader, members
from cesnode.web.addresses import number
from cesnode.web.asking import Asked, Sight
from cesnode.web.market.showing import number_of

W = TypeVar("W", bound=StrEnum)

_STRIPS = 10
"""So many fit side by side below a sheet of A4."""


class Letters(StrEnum):
    """How large the letters are."""

    USUAL = "usual"
    LARGE = "large"


def board(reader: Reader, asked: Asked) -> Sight:
    """Show the notice board as it will be printed, and what may be chosen of it."""
    query, actor = asked.query, asked.visitor.actor
    wish = Wish(
        kind=_word(query, "kind", Kind),
        category=number(query.get("category", "")),
        area=number(query.get("area", "")),
        whom=_word(query, "whom", Whom) or Whom.MEMBERS,
        sorting=_word(query, "sorting", Sorting) or Sorting.CATEGORY,
        neighbours=_adds_neighbours(asked),
    )
    return Sight(
        "paper/board.html",
        {
            "wish": wish,
            "letters": _letters(query),
            "sides": notice_board.board(reader, actor, wish, now=asked.now),
            "categories": finding.counts(
                reader, actor, wish.kind or Kind.OFFERING, now=asked.now
            ),
            "areas": members.areas(reader),
            "keeps_market": _keeps_market(asked),
        },
    )


def booklet(reader: Reader, asked: Asked) -> Sight:
    query = asked.query
    area = number(query.get("area", ""))
    by_area = query.get("sorting") == Sorting.AREA
    found = paper.booklet(
        reader,
        asked.visitor.actor,
        area=area,
        by_area=by_area,
        neighbours=_adds_neighbours(asked),
        now=asked.now,
    )
    return Sight(
        "paper/booklet.html",
        {
            "booklet": found,
            "by_area": by_area,
            "area": area,
            "letters": _letters(query),
            "areas": members.areas(reader),
            "keeps_market": _keeps_market(asked),
            "with_neighbours": _adds_neighbours(asked),
        },
    )


def strips(reader: Reader, asked: Asked) -> Sight:
    wanted = _word(asked.query, "contact", Contact)
    found = notice_board.strips(
        reader, asked.visitor.actor, number_of(asked.path["id"]), wanted, now=asked.now
    )
    return Sight(
        "paper/strips.html",
        {
            "strips": found,
            "listing": found.listing,
            "count": _STRIPS,
            "letters": _letters(asked.query),
        },
    )


def _keeps_market(asked: Asked) -> bool:
    return asked.visitor.actor.may_somewhere(Permission.KEEP_MARKET)


def _adds_neighbours(asked: Asked) -> bool:
    """Whether what neighbours show is wanted too, by somebody who may print that."""
    return bool(asked.query.get("neighbours")) and _keeps_market(asked)


def _letters(query: Mapping[str, str]) -> Letters:
    return _word(query, "letters", Letters) or Letters.USUAL


def _word(query: Mapping[str, str], name: str, words: type[W]) -> W | None:
    """Read one of some words; what makes no sense is as if it were not there."""
    text = query.get(name, "")
    return words(text) if text in set(words) else None
