"""Remembers which pages are as they were drawn, so that nobody draws them to say so.

Nothing of a page is kept but its tag.  A browser that has it is told so without a look
into the file, and only if nothing can have changed:

1. The same was asked with the same cookies and languages: whoever is signed out, or acts
   for another account, asks something else.
2. Nothing was committed since, by this process or another: `Store.version` of before the
   page was read is the one of now.  A sign-in ended, a right taken, an account locked
   are commits like a trade.
3. The time has not come at which the page would look different, or the session end,
   with nothing written.  A page that does not say when that is, is always drawn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from cesnode.store import Store
from cesnode.web import content

MOST = 4_096


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Holds from `since` to before `until`, in Unix seconds."""

    tag: str
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Question:
    """What decides a page: what is asked, and what the file was before it was read."""

    digest: bytes
    version: int


class Unchanged:
    """Belongs to one event loop, as the store does."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._version = store.version()
        self._drawn: dict[bytes, _Drawn] = {}

    def question(self, request: web.Request) -> Question:
        """Note what is asked, before anything is read to answer it."""
        version = self._store.version()
        if version != self._version:
            self._version = version
            self._drawn.clear()
        return Question(_digest(request), version)

    def answer(
        self,
        request: web.Request,
        question: Question,
        headers: Mapping[str, str],
        *,
        now: int,
    ) -> web.Response | None:
        """Answer who has the page as it is; None if that is not known."""
        drawn = self._drawn.get(question.digest)
        if drawn is None or not drawn.since <= now < drawn.until:
            return None
        if not content.holds(request, drawn.tag):
            return None
        return content.unchanged(drawn.tag, headers)

    def keep(self, question: Question, tag: str, *, since: int, until: int) -> None:
        """Remember a page that was read after its question was noted."""
        if question.version != self._version:
            return
        self._drawn.pop(question.digest, None)
        self._drawn[question.digest] = _Drawn(tag, since, until)
        if len(self._drawn) > MOST:
            del self._drawn[next(iter(self._drawn))]


def _digest(request: web.Request) -> bytes:
    """Return all of a request that a page may depend on, in few bytes and no secret."""
    asked = (request.headers.get(name, "") for name in ("Cookie", "Accept-Language"))
    return hashlib.blake2b(
        "\n".join((request.path_qs, *asked)).encode("utf-8", "surrogateescape"),
        digest_size=16,
    ).digest()
