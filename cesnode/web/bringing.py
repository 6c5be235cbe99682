"""/bring: bringing a community over from an archive, tried out first, then for good.

Between the two, rows that cannot be taken as they stand are corrected or left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from cesnode.errors import FieldMissing, FileInvalid
from cesnode.formats import corrections
from cesnode.formats.brought import Problem
from cesnode.formats.corrections import Correction
from cesnode.services.bringing.systems import System
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.errands import Errand
from cesnode.web.forms import Form
from cesnode.web.keys import ERRANDS, STORE
from cesnode.web.security import HEADERS
from cesnode.web.site import BRING

LARGEST = 64 * 1024 * 1024
"""So many bytes an archive may have; larger ones are for the command line."""
_SHOWN = 50
_SECONDS = 2
"""After so long the page asks again how far it is."""
_HEADER = 1

Place = tuple[str, int, str]
"""File, row and column."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A place in the files about which something can be decided, and what was.

    Where several things are wrong with one place, it is asked about with the first.
    """

    problem: Problem
    decided: Correction | None = None
    is_first: bool = True

    @property
    def key(self) -> str:
        """Name the place in a form."""
        place = "\0".join(map(str, self.place))
        return hashlib.sha256(place.encode()).hexdigest()[:16]

    @property
    def place(self) -> Place:
        return self.problem.file, self.problem.row, self.problem.column

    @property
    def is_asked(self) -> bool:
        return self.is_first and self.problem.row > _HEADER

    def answer(self, form: Form) -> Correction | None:
        """Return what somebody decided about it, if anything."""
        skip, value = form.has(f"skip-{self.key}"), form.value(f"value-{self.key}")
        if not self.is_asked or not (skip or value):
            return None
        return Correction(
            file=self.problem.file,
            row=self.problem.row,
            column=self.problem.column,
            found=self.problem.found,
            skip=skip,
            value="" if skip else value,
        )


async def show(asking: Asking) -> web.StreamResponse:
    return await _answer(asking, HTTPStatus.OK)


async def act(asking: Asking) -> web.StreamResponse:
    """Try an archive out, or bring over what was tried out."""
    errands, folder = asking.request.app[ERRANDS], asking.request.app[STORE].folder
    form = asking.form
    _, actor = await asking.look(lambda _, asked: asked.visitor.actor)
    if errands.latest is not None and errands.latest.is_under_way:
        return asking.go(BRING)
    if form.has("apply"):
        errands.apply(actor, folder, now=asking.now)
        return asking.go(BRING)
    if form.has("correct") and errands.latest is not None:
        errands.correct(_decided(form, errands.latest), actor, folder, now=asking.now)
        return asking.go(BRING)
    content, system = form.files.get("archive", b""), form.value("system")
    if not content:
        form.refuse("archive", FieldMissing(field="archive"))
    given = _given(form)
    if form.errors:
        return await _answer(asking, HTTPStatus.UNPROCESSABLE_ENTITY)
    errand = Errand(
        system=System(system) if system in set(System) else System.CES,
        opening=form.has("opening"),
        rules=form.has("rules"),
        corrections=given,
    )
    errands.take(content, errand, actor, folder, now=asking.now)
    return asking.go(BRING)


async def report(asking: Asking) -> web.StreamResponse:
    """Send the rows that are not taken as they stand as a table to be filled in."""
    errand = asking.request.app[ERRANDS].latest
    if errand is None or errand.is_under_way:
        return asking.go(BRING)
    return web.Response(
        text=corrections.report(errand.problems, errand.corrections),
        content_type="text/csv",
        charset="utf-8",
        headers={
            **HEADERS,
            "Cache-Control": "no-store",
            "Content-Disposition": 'attachment; filename="problems.csv"',
        },
    )


def sight(errand: Errand | None, asked: Asked) -> Sight:
    """Show how far it is, what came of it, and where another archive is sent."""
    if errand is not None and errand.error is not None:
        asked.form.refuse("archive", errand.error)
    return Sight(
        "bringing/page.html",
        {
            "errand": errand,
            "doubts": _doubts(errand)[:_SHOWN] if errand else (),
            "systems": tuple(System),
        },
        again=_SECONDS if errand and errand.is_under_way else None,
    )


async def _answer(asking: Asking, status: HTTPStatus) -> web.StreamResponse:
    errand = asking.request.app[ERRANDS].latest
    asked, seen = await asking.look(lambda _, asked: sight(errand, asked))
    return await asking.draw(asked, seen, status)


def _doubts(errand: Errand) -> Sequence[Doubt]:
    """Return what is wrong, and then what was corrected and is wrong no more."""
    decided = {(one.file, one.row, one.column): one for one in errand.corrections}
    found: dict[Place, Doubt] = {}
    open_ones: list[Doubt] = []
    for problem in errand.problems:
        place = problem.file, problem.row, problem.column
        doubt = Doubt(problem, decided.pop(place, None), is_first=place not in found)
        found.setdefault(place, doubt)
        open_ones.append(doubt)
    settled = [Doubt(Problem(*place, "", one.found), one) for place, one in decided.items()]
    return (*open_ones, *settled)


def _decided(form: Form, errand: Errand) -> tuple[Correction, ...]:
    """Put what was decided on the page together with what was not to be seen there."""
    doubts = _doubts(errand)
    unseen = [one.decided for one in doubts[_SHOWN:]]
    answers = [one.answer(form) for one in doubts[:_SHOWN]]
    return tuple(one for one in (*answers, *unseen) if one is not None)


def _given(form: Form) -> tuple[Correction, ...]:
    """Read a report that was filled in, if one was sent along."""
    name, content = "corrections", form.files.get("corrections", b"")
    try:
        return corrections.read(content.decode("utf-8-sig"), name) if content else ()
    except UnicodeError:
        form.refuse(name, FileInvalid(file=name, reason="it is not UTF-8 text"))
    except FileInvalid as error:
        form.refuse(name, error)
    return ()
