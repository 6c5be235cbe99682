"""What the pages that are made to be printed are drawn with in tests."""

from __future__ import annotations

from collections.abc import Mapping

from cesnode.community.market import Kind
from cesnode.community.roles import OPERATOR
from cesnode.services import profiles
from cesnode.services.profiles import Told
from cesnode.store import Writer
from cesnode.web.paper import showing
from tests.support.drawn import Values
from tests.support.drawn_market import put
from tests.support.drawn_trading import Seeing
from tests.support.exchanges import NOW, Person


def paper_pages(writer: Writer, person: Person) -> Mapping[str, Values]:
    """Return every page for paper, as somebody prints it who has put things up."""
    told = Told(phone="555 0107", languages="English")
    profiles.change(writer, OPERATOR, person.member, told, now=NOW)
    own = [put(writer, person, kind) for kind in Kind]
    seen = Seeing(writer, person)
    return dict(
        (
            seen(showing.board),
            seen(showing.booklet, sorting="area"),
            seen(showing.strips, id=str(own[0])),
        )
    )
