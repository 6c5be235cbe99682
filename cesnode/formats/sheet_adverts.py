"""Reads what is offered and wanted from our own tables, and the categories it is in."""

from __future__ import annotations

from itertools import zip_longest

from cesnode.community.market import Audience, Kind, Price, State
from cesnode.formats import cells
from cesnode.formats.brought import Advert, Category, PictureFile
from cesnode.formats.reading import Reading, name_of, picture_files
from cesnode.formats.tables import Line

CATEGORIES = "categories.csv"


def advert(reading: Reading, line: Line, kind: Kind, owner: str) -> Advert:
    return Advert(
        file=reading.table.name,
        row=line.number,
        key=line["id"] or f"row {line.number}",
        kind=kind,
        owner=owner,
        title=name_of(reading.words(line, "title"), "—"),
        text=reading.text(line, "text"),
        category=_category(reading, line),
        price=reading.words(line, "price"),
        way=reading.may(line, "way", Price, None),
        unit=reading.words(line, "unit"),
        money=reading.words(line, "money"),
        keywords=reading.words(line, "keywords"),
        pictures=_pictures(reading, line),
        state=reading.may(line, "state", State, State.SHOWN),
        audience=reading.may(line, "audience", Audience, Audience.HERE),
        created_at=reading.may(line, "created_at", cells.moment, None),
        shown_at=reading.may(line, "shown_at", cells.moment, None),
        changed_at=reading.may(line, "changed_at", cells.moment, None),
        expires_on=reading.may(line, "expires_on", _day, None),
    )


def categories(reading: Reading) -> tuple[Category, ...]:
    return tuple(
        Category(names, reading.words(line, "icon"))
        for line in reading.table
        if (names := _category(reading, line))
    )


def _category(reading: Reading, line: Line) -> tuple[str, ...]:
    names = (reading.words(line, "category"), reading.words(line, "subcategory"))
    return tuple(filter(None, names))


def _pictures(reading: Reading, line: Line) -> tuple[PictureFile, ...]:
    """Read the names of pictures, and what is to be seen on them a line each."""
    files = picture_files(line["pictures"])
    words = reading.text(line, "picture_words").split("\n")[: len(files)]
    return tuple(
        PictureFile(file.name, seen)
        for file, seen in zip_longest(files, words, fillvalue="")
        if isinstance(file, PictureFile)
    )


def _day(text: str) -> str:
    return cells.day_of(cells.moment(text))
