"""What somebody asks of a page, who they are, and how they are answered.

A page is read in one transaction, by a `View`; what a form does is done by a `Deed`,
which writes through services and leads on to another page (303).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Concatenate, ParamSpec, TypeVar

from aiohttp import web

from cesnode.community.exchange import Exchange
from cesnode.community.languages import LANGUAGES, Language
from cesnode.community.roles import Actor
from cesnode.services import bell, sessions
from cesnode.services.sessions import Presence
from cesnode.store import Reader, Writer, exchanges, preferences
from cesnode.web import comfort, content, cookies, languages, notes
from cesnode.web.comfort import Comfort
from cesnode.web.forms import Form
from cesnode.web.keys import CLOCK, RENDERER, STORE
from cesnode.web.rendering import Voice
from cesnode.web.security import HEADERS
from cesnode.web.site import SIGN_IN

P = ParamSpec("P")
T = TypeVar("T")

_KEPT = {
    **HEADERS,
    "Cache-Control": "private, no-cache",  # kept, and asked for again with its tag
    "Vary": "Accept-Encoding, Accept-Language, Cookie",
}
_UNKEPT = {**_KEPT, "Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request, as the transaction that answers it sees it.

    `present` is who is signed in, if anybody is; `path` and `query` are what stands in
    the address, `form` what was filled in (nothing, before it was sent), `wanted` where
    somebody wanted to go when they were stopped to show who they are.  `unread` is how
    much of their news is new, on a page that is drawn.
    """

    exchange: Exchange
    language: Language
    comfort: Comfort
    present: Presence | None
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Form
    wanted: str
    now: int
    unread: int = 0

    @property
    def visitor(self) -> Presence:
        """Return who is signed in, on a page where somebody has to be.

        Raises:
            HTTPSeeOther: they are not any more.

        """
        if self.present is None:
            raise web.HTTPSeeOther(SIGN_IN)
        return self.present


@dataclass(frozen=True, slots=True)
class Sight:
    """A page to be drawn.  What is `secret` is kept by no browser.

    `again` is after how many seconds the browser asks once more, where something is
    under way.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    secret: bool = False
    again: int | None = None


View = Callable[[Reader, Asked], Sight]


class Asking:
    """A request being answered."""

    def __init__(self, request: web.Request, form: Form) -> None:
        self.request = request
        self.form = form
        self.now = request.app[CLOCK].now()

    async def look(self, view: Callable[[Reader, Asked], T]) -> tuple[Asked, T]:
        """Read something, and who asks, in one transaction."""

        def work(reader: Reader) -> tuple[Asked, T]:
            asked = self.asked(reader)
            if asked.present is not None:
                news = bell.unread(reader, asked.present.actor)
                asked = replace(asked, unread=news)
            return asked, view(reader, asked)

        return await self.request.app[STORE].read(work)

    async def write(
        self,
        service: Callable[Concatenate[Writer, Actor, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Ask a service, as who is signed in, with the rights of this transaction."""

        def work(writer: Writer) -> T:
            actor = self.asked(writer).visitor.actor
            return service(writer, actor, *args, **kwargs)

        return await self.request.app[STORE].write(work)

    async def do(self, work: Callable[[Writer, Asked], T]) -> T:
        """Write something for which no actor is needed, or more than one."""
        return await self.request.app[STORE].write(
            lambda writer: work(writer, self.asked(writer))
        )

    async def show(
        self, view: View, status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY
    ) -> web.Response:
        """Show a page again, with what is wrong with the form it was sent with."""
        asked, sight = await self.look(view)
        return await self.draw(asked, sight, status)

    def go(self, path: str, *, note: str = "") -> web.Response:
        """Lead on to another page of ours, which says a note if there is one."""
        response = web.Response(
            status=HTTPStatus.SEE_OTHER,
            headers={"Location": path, "Cache-Control": "no-store"},
        )
        if note:
            notes.leave(response, note)
        return response

    async def draw(
        self, asked: Asked, sight: Sight, status: HTTPStatus = HTTPStatus.OK
    ) -> web.Response:
        values = {
            "exchange": asked.exchange,
            "visitor": asked.present,
            "comfort": asked.comfort,
            "form": asked.form,
            "note": notes.read(self.request),
            "now": asked.now,
            "unread": asked.unread,
            **sight.values,
        }

        def view(_voice: Voice) -> Mapping[str, object]:
            return values

        page = await self.request.app[RENDERER].draw(sight.template, asked.language, view)
        headers = _UNKEPT if sight.secret or status is not HTTPStatus.OK else _KEPT
        response = content.answer(self.request, page, headers, status)
        if sight.again is not None:
            response.headers["Refresh"] = str(sight.again)
        languages.remember(self.request, response)
        notes.clear(self.request, response)
        return response

    def asked(self, reader: Reader) -> Asked:
        """Return what is asked, and who asks it, as this transaction sees them."""
        request = self.request
        exchange = exchanges.load(reader, self.now)
        secret = cookies.session(request, exchange)
        present = sessions.presence(reader, secret, now=self.now) if secret else None
        return Asked(
            exchange=exchange,
            language=self._language(reader, present),
            comfort=comfort.read(request),
            present=present,
            path=request.match_info,
            query=request.query,
            form=self.form,
            wanted=self._wanted(),
            now=self.now,
        )

    def _language(self, reader: Reader, present: Presence | None) -> Language:
        """Return what was chosen on this device, or else by who is signed in on it."""
        if present is not None and not languages.is_chosen(self.request):
            wished = preferences.of_member(reader, present.member.id).language
            if wished is not None:
                return LANGUAGES[wished]
        return languages.choose(self.request)

    def _wanted(self) -> str:
        path = self.request.query.get("next", "")
        return path if is_local(path) else self.request.app[RENDERER].home


Deed = Callable[[Asking], Awaitable[web.StreamResponse]]


def is_local(path: str) -> bool:
    """Whether an address leads to a page of ours, and not by some trick elsewhere."""
    return (
        path.startswith("/")
        and path.isascii()
        and path.isprintable()
        and not path.startswith(("//", SIGN_IN))
        and "\\" not in path
    )
