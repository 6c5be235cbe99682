"""A trading sheet or a slip, typed off paper by somebody in charge, and looked at once.

Its fields are named as in the paper's lines: seller.1, buyer.1 and so on.  The check shows
whose numbers they are, and carries the form's id along: twice sent is once entered.
"""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import web

from cesnode.errors import FieldMissing, NodeError, SheetRefused
from cesnode.services import reading, sheets
from cesnode.services.sheets import Line, Sheet
from cesnode.store import Reader, accounts
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.forms import Form
from cesnode.web.site import SHEET

LINES = range(1, 13)
"""As many as a usual sheet has."""

_FIELDS = ("seller", "buyer", "amount", "description")
_DAY = "event_on"


def show(reader: Reader, asked: Asked) -> Sight:
    """Show an empty sheet, and what was entered from the one before."""
    actor = asked.visitor.actor
    named = asked.query.get("entered", "").split(",")[: len(LINES)]
    entered = [reading.trade(reader, actor, ref) for ref in named if ref]
    sides = {side for trade in entered for side in (trade.seller, trade.buyer)}
    return Sight(
        "trading/sheet.html",
        {
            "lines": LINES,
            "entered": entered,
            "names": accounts.names(reader, sorted(sides)),
        },
    )


def check(reader: Reader, asked: Asked) -> Sight:
    """Show who the numbers are, before anything is entered.

    Raises:
        SheetRefused

    """
    sheet = _typed(asked.form)
    drafts = sheets.look(reader, asked.visitor.actor, sheet, now=asked.now)
    return Sight(
        "trading/sheet_check.html",
        {"drafts": drafts, "carried": _carried(asked.form)},
    )


async def enter(asking: Asking) -> web.StreamResponse:
    form = asking.form
    if form.has("change"):
        return await asking.show(show, HTTPStatus.OK)
    _require_something(form)
    if not form.errors:
        try:
            if form.has("confirmed"):
                made = await asking.write(sheets.enter, _typed(form), now=asking.now)
                entered = ",".join(one.trade.ref for one in made)
                return asking.go(f"{SHEET}?entered={entered}", note="sheet-entered")
            return await asking.draw(*await asking.look(check))
        except SheetRefused as refused:
            _mark(form, refused)
    return await asking.show(show)


def _typed(form: Form) -> Sheet:
    """Read the lines in which anything stands; who gave is carried down to the next."""
    lines: dict[int, Line] = {}
    seller = ""
    for number in LINES:
        seller = form.value(f"seller.{number}").strip() or seller
        if _is_used(form, number):
            lines[number] = Line(
                seller=seller,
                buyer=form.value(f"buyer.{number}"),
                amount=form.value(f"amount.{number}"),
                description=form.value(f"description.{number}"),
            )
    return Sheet(id=form.id, lines=lines, event_on=form.value(_DAY) or None)


def _is_used(form: Form, number: int) -> bool:
    return any(form.value(f"{name}.{number}").strip() for name in _FIELDS)


def _require_something(form: Form) -> None:
    if not any(_is_used(form, number) for number in LINES):
        first = f"{_FIELDS[0]}.{LINES[0]}"
        form.refuse(first, FieldMissing(field=first))


def _mark(form: Form, refused: SheetRefused) -> None:
    """Put what is wrong to the field of its line; what is of the day, to the day."""
    for number, error in refused.lines.items():
        form.refuse(_field(error, number), error)


def _field(error: NodeError, number: int) -> str:
    if error.field == _DAY:
        return _DAY
    return f"{error.field if error.field in _FIELDS else _FIELDS[0]}.{number}"


def _carried(form: Form) -> list[tuple[str, str]]:
    """Return what was typed, for the next page to carry along."""
    names = [_DAY, *(f"{name}.{number}" for number in LINES for name in _FIELDS)]
    return [(name, form.value(name)) for name in names if form.value(name)]
