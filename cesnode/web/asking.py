"""What somebody asks of a page, who they are, and how they are answered.

A page is read in one transaction, by a `View`; what a form does is done by a `Deed`,
which writes through services and leads on to another page (303).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from aiohttp import web

from cesnode.community.exchange import Exchange
from cesnode.community.languages import LANGUAGES, Language
from cesnode.community.roles import Actor
from cesnode.services import bell, sessions
from cesnode.services.messages import reading as messages
from cesnode.services.sessions import Presence
from cesnode.store import Reader, Writer, exchanges, preferences
from cesnode.web import comfort, content, cookies, languages, notes
from cesnode.web.comfort import Comfort
from cesnode.web.content import Content
from cesnode.web.forms import Form
from cesnode.web.keys import CLOCK, RENDERER, SITE, STORE, UNCHANGED
from cesnode.web.rendering import View as Words
from cesnode.web.security import HEADERS
from cesnode.web.site import SIGN_IN

UTC = ZoneInfo("UTC")

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
    somebody wanted to go when they were stopped to show who they are.  `zone` is where
    the exchange's clocks are, `unread` how much of their news is new and
    `unread_messages` in how many conversations there is, on a page that is drawn.
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
    zone: ZoneInfo = UTC
    unread: int = 0
    unread_messages: int = 0

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
    under way.  `until` is when it would look different though nothing was written, in
    Unix seconds: a page that says so need not be drawn again before (web.unchanged).
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    secret: bool = False
    again: int | None = None
    until: int | None = None


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
            asked = self._welcomed(reader)
            return asked, view(reader, asked)

        return await self.request.app[STORE].read(work)

    async def open(self, view: View) -> web.Response:
        """Answer who looks at a page; who has it as it is, without drawing it."""
        unchanged = self.request.app[UNCHANGED]
        question = unchanged.question(self.request)
        known = unchanged.answer(self.request, question, _KEPT, now=self.now)
        if known is not None:
            return known
        asked, page, until, response = await self._draw(view, HTTPStatus.OK)
        if until is not None and not response.cookies:
            unchanged.keep(question, page.tag, since=self.now, until=until)
        if asked.present is not None and asked.present.is_due(self.now):
            await self.do(
                lambda writer, then: sessions.see(
                    writer, then.visitor.session, now=then.now
                )
            )
        return response

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
        *_, response = await self._draw(view, status)
        return response

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
        """Draw what was seen before, with other eyes than a view's."""
        draw = self.request.app[RENDERER].draw
        page = await draw(sight.template, asked.language, self._values(asked, sight))
        return self._answer(page, sight, status)

    async def _draw(
        self, view: View, status: HTTPStatus
    ) -> tuple[Asked, Content, int | None, web.Response]:
        """Read a page and draw it, in one turn of one thread: a change costs as much."""
        compose = self.request.app[RENDERER].compose

        def work(reader: Reader) -> tuple[Asked, Sight, Content, int | None]:
            asked = self._welcomed(reader)
            sight = view(reader, asked)
            page = compose(sight.template, asked.language, self._values(asked, sight))
            return asked, sight, page, _until(reader, asked, sight)

        asked, sight, page, until = await self.request.app[STORE].read(work)
        return asked, page, until, self._answer(page, sight, status)

    def _values(self, asked: Asked, sight: Sight) -> Words:
        values = {
            "exchange": asked.exchange,
            "visitor": asked.present,
            "comfort": asked.comfort,
            "form": asked.form,
            "note": notes.read(self.request),
            "now": asked.now,
            "unread": asked.unread,
            "unread_messages": asked.unread_messages,
            **sight.values,
        }
        return lambda _voice: values

    def _answer(self, page: Content, sight: Sight, status: HTTPStatus) -> web.Response:
        headers = _UNKEPT if sight.secret or status is not HTTPStatus.OK else _KEPT
        response = content.answer(self.request, page, headers, status)
        if sight.again is not None:
            response.headers["Refresh"] = str(sight.again)
        languages.remember(self.request, response)
        notes.clear(self.request, response)
        return response

    def _welcomed(self, reader: Reader) -> Asked:
        """Return what is asked for a page that tells somebody of their news."""
        asked = self.asked(reader)
        if asked.present is None:
            return asked
        actor = asked.present.actor
        return replace(
            asked,
            unread=bell.unread(reader, actor),
            unread_messages=messages.unread(reader, actor),
        )

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
            zone=request.app[SITE].zone,
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


def _until(reader: Reader, asked: Asked, sight: Sight) -> int | None:
    """Return up to when a page holds if nothing is written; None: for no time."""
    if sight.until is None or sight.secret:
        return None
    turns = (
        exchanges.next_change(reader, asked.now),
        asked.present.until if asked.present is not None else None,
    )
    return min((sight.until, *(at for at in turns if at is not None)))


def is_local(path: str) -> bool:
    """Whether an address leads to a page of ours, and not by some trick elsewhere."""
    return (
        path.startswith("/")
        and path.isascii()
        and path.isprintable()
        and not path.startswith(("//", SIGN_IN))
        and "\\" not in path
    )
