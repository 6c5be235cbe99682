"""Every AppKey of the node."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web
from nacl.secret import SecretBox

from cesnode.community.roles import Actor
from cesnode.services.clearing.quoting import QuoteView, Wish
from cesnode.store import Store
from cesnode.web.card_sheets import CardSheets
from cesnode.web.counters import Counters
from cesnode.web.errands import Errands
from cesnode.web.hashing import Hashing
from cesnode.web.publishing import Published
from cesnode.web.rendering import Renderer
from cesnode.web.site import Site
from cesnode.web.unchanged import Unchanged
from federation.keys import PrivateKey


@dataclass(frozen=True, slots=True)
class Clock:
    """Tells Unix seconds; a test brings its own."""

    now: Callable[[], int]


@dataclass(frozen=True, slots=True)
class Quoter:
    """Asks other exchanges what a trade costs, for whoever wants to pay it.

    `meet` fetches the card of the node that an address names, where that is a stranger
    to whom somebody passes trades on for us.
    """

    ask: Callable[[Actor, Wish], Awaitable[QuoteView]]
    meet: Callable[[str], Awaitable[None]]


KEY = web.AppKey("KEY", PrivateKey)
QUOTER = web.AppKey("QUOTER", Quoter)
STORE = web.AppKey("STORE", Store)
CLOCK = web.AppKey("CLOCK", Clock)
RENDERER = web.AppKey("RENDERER", Renderer)
SITE = web.AppKey("SITE", Site)
COUNTERS = web.AppKey("COUNTERS", Counters)
ERRANDS = web.AppKey("ERRANDS", Errands)
CARD_SHEETS = web.AppKey("CARD_SHEETS", CardSheets)
VAULT = web.AppKey("VAULT", SecretBox)
HASHING = web.AppKey("HASHING", Hashing)
UNCHANGED = web.AppKey("UNCHANGED", Unchanged)
PUBLISHED = web.AppKey("PUBLISHED", Published)
