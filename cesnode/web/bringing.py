"""/bring: bringing a community over from an archive, tried out first, then for good."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import web

from cesnode.errors import FieldMissing
from cesnode.services.bringing.gathering import System
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.errands import Errand
from cesnode.web.keys import ERRANDS, STORE
from cesnode.web.site import BRING

LARGEST = 64 * 1024 * 1024
"""So many bytes an archive may have; larger ones are for the command line."""
_SHOWN = 200
_SECONDS = 2
"""After so long the page asks again how far it is."""


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
    content, system = form.files.get("archive", b""), form.value("system")
    if not content:
        form.refuse("archive", FieldMissing(field="archive"))
        return await _answer(asking, HTTPStatus.UNPROCESSABLE_ENTITY)
    errand = Errand(
        system=System(system) if system in set(System) else System.CES,
        opening=form.has("opening"),
    )
    errands.take(content, errand, actor, folder, now=asking.now)
    return asking.go(BRING)


def sight(errand: Errand | None, asked: Asked) -> Sight:
    """Show how far it is, what came of it, and where another archive is sent."""
    if errand is not None and errand.error is not None:
        asked.form.refuse("archive", errand.error)
    return Sight(
        "bringing/page.html",
        {
            "errand": errand,
            "problems": errand.problems[:_SHOWN] if errand else (),
            "systems": tuple(System),
        },
        again=_SECONDS if errand and errand.is_under_way else None,
    )


async def _answer(asking: Asking, status: HTTPStatus) -> web.StreamResponse:
    errand = asking.request.app[ERRANDS].latest
    asked, seen = await asking.look(lambda _, asked: sight(errand, asked))
    return await asking.draw(asked, seen, status)
