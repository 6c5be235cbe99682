"""A page as the table names it: where it is, whom it is open to, and how it is served.

Whoever may not open a page is stopped here, before anything of it is read or done; the
services ask again for what they do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from urllib.parse import quote

from aiohttp import web
from aiohttp.typedefs import Handler

from cesnode.community.roles import Permission
from cesnode.errors import NotAllowed
from cesnode.store import Reader
from cesnode.web import forms, same_origin
from cesnode.web.asking import Asked, Asking, Deed, Sight, View
from cesnode.web.forms import Form
from cesnode.web.keys import SITE
from cesnode.web.site import PROVE, SECOND_STEP, SIGN_IN


class Who(StrEnum):
    """Whom a page is open to; a `Permission` opens it to who has that somewhere."""

    ANYBODY = "anybody"
    SIGNED_IN = "signed in"
    ONLOOKERS = "onlookers"  # anybody, where the exchange lets the world see its market


class Tab(StrEnum):
    """The parts of the menu, in their order."""

    HOME = "home"
    MARKET = "market"
    TRADE = "trade"
    PEOPLE = "people"
    ME = "me"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An address: its `view` shows it, its `deed` does what its form says.

    `tab`: it is where that part of the menu leads to.  `asks_again`: whoever opens it
    has to have shown lately that they are who they are.  `from_anywhere`: its form need
    not come from a page of ours.  `largest_form`: so many bytes of it, files included.
    `handler`: it is served by itself, kept ready.  `file`: what is at this address
    answers by itself, as a picture does.
    """

    path: str
    name: str
    who: Who | Permission
    view: View | None = None
    deed: Deed | None = None
    handler: Handler | None = None
    file: Deed | None = None
    tab: Tab | None = None
    asks_again: bool = False
    from_anywhere: bool = False
    largest_form: int | None = None

    @property
    def methods(self) -> tuple[str, ...]:
        look = ("GET",) if self.view or self.handler or self.file else ()
        return (*look, "POST") if self.deed else look

    def definitions(self) -> Iterator[web.RouteDef]:
        if self.handler is not None:
            yield web.get(self.path, self.handler, name=self.name)
        elif self.file is not None:
            send = partial(self._send, self.file)
            yield web.get(self.path, send, name=self.name)
        elif self.view is not None:
            look = partial(self._look, self.view)
            yield web.get(self.path, look, name=self.name)
        if self.deed is not None:
            act = partial(self._act, self.deed)
            yield web.post(
                self.path, act, name=None if self.view or self.file else self.name
            )

    async def _look(self, view: View, request: web.Request) -> web.StreamResponse:
        def work(reader: Reader, asked: Asked) -> Sight:
            self._admit(asked, request)
            return view(reader, asked)

        return await Asking(request, Form()).open(work)

    async def _send(self, file: Deed, request: web.Request) -> web.StreamResponse:
        asking = Asking(request, Form())
        await asking.look(lambda _, asked: self._admit(asked, request))
        return await file(asking)

    async def _act(self, deed: Deed, request: web.Request) -> web.StreamResponse:
        if not self.from_anywhere:
            same_origin.require(request)
        asking = Asking(request, Form())
        await asking.look(lambda _, asked: self._admit(asked, request))
        asking.form = await forms.read(request, most=self.largest_form)
        return await deed(asking)

    def _admit(self, asked: Asked, request: web.Request) -> None:
        """Let somebody in, or say where they have to go first.

        Raises:
            HTTPSeeOther: they have to sign in, or to show once more who they are.
            NotAllowed: it is not for them.

        """
        present = asked.present
        if self.who is Who.ANYBODY:
            return
        if self.who is Who.ONLOOKERS and request.app[SITE].public.market:
            return
        if present is None:
            raise web.HTTPSeeOther(_first(SIGN_IN, request))
        if isinstance(self.who, Permission):
            if present.lacks_second_step:
                raise web.HTTPSeeOther(SECOND_STEP)
            if not present.actor.may_somewhere(self.who):
                raise NotAllowed(permission=self.who.value)
        if self.asks_again and not present.is_proven(asked.now):
            raise web.HTTPSeeOther(_first(PROVE, request))


def _first(path: str, request: web.Request) -> str:
    """Lead somewhere else, and from there to where somebody wanted to go."""
    return f"{path}?next={quote(request.path_qs, safe='/')}"
