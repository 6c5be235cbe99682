"""An offer or a want of CES's version 1 tables, in the older and the newer headers."""

from __future__ import annotations

from collections.abc import Callable

from cesnode.community.market import Audience, Kind
from cesnode.formats import cells
from cesnode.formats.brought import Advert
from cesnode.formats.reading import Reading, name_of, picture_files, state_of
from cesnode.formats.tables import Line


def maker(
    reading: Reading,
    kind: Kind,
    day: Callable[[str], str],
    moment: Callable[[str], int],
) -> Callable[[Line], Advert]:
    """Return what makes an advert of a row, whose dates are read by `day` and `moment`."""

    def make(line: Line) -> Advert:
        parts = (reading.words(line, "Category"), reading.words(line, "Subcat"))
        remote = reading.may(line, "Remote", cells.truth, default=False)
        hidden = reading.may(line, "Hidden", cells.truth, default=False)
        return Advert(
            file=reading.table.name,
            row=line.number,
            key=line["ID"] or f"row {line.number}",
            kind=kind,
            owner=line.first("UID", "Advertiser").upper(),
            title=name_of(reading.words(line, "Title"), "—"),
            text=reading.text(line, "Description"),
            category=tuple(filter(None, parts)),
            price=reading.words(line, "Rate"),
            keywords=reading.words(line, "Keys"),
            pictures=picture_files(line["Image"]),
            state=state_of(hidden=hidden),
            audience=Audience.NEIGHBOURS if remote else Audience.HERE,
            created_at=reading.may(line, "DateAdded", moment, None),
            expires_on=reading.may(line, "DateExpires", day, None),
        )

    return make
