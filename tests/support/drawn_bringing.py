"""What the page that brings a community over is drawn with in tests."""

from __future__ import annotations

from collections.abc import Mapping

from cesnode.formats.brought import Problem
from cesnode.services.bringing.inviting import Awaited
from cesnode.services.bringing.outcome import Added, Brought, Difference, Part
from cesnode.services.bringing.systems import System
from cesnode.store import Writer
from cesnode.web.bringing import Doubt
from cesnode.web.card_sheets import CardSheet
from cesnode.web.errands import Errand, Stage
from tests.support.drawn import Values, common, visitor
from tests.support.exchanges import Person

EVERYBODY = Awaited(cards=1, letters=1, by_mail=True)


def bringing_pages(writer: Writer, person: Person) -> Mapping[str, Values]:
    """Return the page as it is when an archive was tried out and not all is well."""
    problems = (Problem("a.csv", 2, "Fee", "bad"), Problem("", 0, "", "odd"))
    errand = Errand(
        system=System.CES,
        opening=False,
        stage=Stage.TRIED,
        result=Brought(
            code="OAKV",
            system=System.CES,
            members=3,
            accounts=4,
            trades=5,
            offerings=6,
            wants=7,
            requests=8,
            added=Added(members=1, accounts=1, trades=1, offerings=1, wants=1),
            compared=4,
            differences=(Difference("OAKV0001", "1.00", "2.00", (Part("-1.00", "why"),)),),
        ),
        problems=problems,
        problem_count=7,
    )
    values = {**common(writer, visitor(writer, person)), "errand": errand}
    doubts = [Doubt(one) for one in problems]
    sheet = CardSheet(member=1, total=2, done=1)
    awaited = {**common(writer, visitor(writer, person)), "awaited": EVERYBODY}
    return {
        "bringing/page.html": {**values, "doubts": doubts},
        "bringing/people.html": {**awaited, "sheet": sheet, "door": "oak.example/card"},
    }
