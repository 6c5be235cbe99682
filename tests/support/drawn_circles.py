"""What the pages of set-offs are drawn with in tests."""

from __future__ import annotations

from collections.abc import Mapping

from cesnode.services.clearing.setoffs.views import (
    CircleView,
    EdgeView,
    PartView,
    PossibleView,
    SetoffView,
)
from cesnode.store import Writer
from tests.support.drawn import Values, common, visitor
from tests.support.exchanges import NOW, Person

_EDGES = [
    EdgeView(debtor=one, creditor=other, hours="2.0001")
    for one, other in (("Oak", "Elm"), ("Elm", "Fig"), ("Fig", "Oak"))
]
_SETOFF = SetoffView(
    id="019ac3f0-7c1e-7a52-9b1d-4f3b2a1c0d11",
    coordinator="Elm",
    by_us=False,
    state="proposed",
    why="99",
    edges=_EDGES,
    parts=[
        PartView(peer="Elm", we_owe=True, amount="20.00", booked=False),
        PartView(peer="Fig", we_owe=False, amount="20.00", booked=True),
    ],
    agreed=["Elm"],
    refused=["Fig"],
    missing=["Oak"],
    contradicted=True,
    heard_at="2026-11-21T10:00:00Z",
    expires_at="2026-12-05T10:00:00Z",
    decided_at=None,
)


def circle_pages(writer: Writer, person: Person) -> Mapping[str, Values]:
    """Return every page of set-offs, as somebody sees it who keeps peers."""
    given = common(writer, visitor(writer, person))
    circle = CircleView(key="750b03d3", hours="2.0001", edges=_EDGES)
    possible = PossibleView(takes_part=True, circles=[circle], told=["Elm", "Fig"])
    return {
        "circles/list.html": {**given, "possible": possible, "found": [_SETOFF]},
        "circles/circle.html": {**given, "view": _SETOFF, "heard_at": NOW},
    }
