"""Which languages the pages speak, and which of them a visitor is answered in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from aiohttp import web

from cesnode.web.preferences import preferences

QUERY = "lang"
COOKIE = "lang"

_YEAR = 365 * 24 * 3_600


@dataclass(frozen=True, slots=True)
class Language:
    """A language, under the name that those who speak it use."""

    code: str
    name: str
    direction: str = "ltr"


SOURCE = Language("en", "English")
LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {
        language.code: language
        for language in (
            SOURCE,
            Language("es", "Español"),
            Language("ca", "Català"),
            Language("fr", "Français"),
            Language("pt", "Português"),
            Language("de", "Deutsch"),
            Language("ar", "العربية", "rtl"),
        )
    }
)


def choose(request: web.Request) -> Language:
    """Answer in what the address asks for, else the cookie, else the browser."""
    asked = (request.query.get(QUERY), request.cookies.get(COOKIE))
    accepted = preferences(request.headers.get("Accept-Language", ""))
    for name in (*asked, *accepted):
        code = (name or "").lower().split("-")[0]
        if code in LANGUAGES:
            return LANGUAGES[code]
    return SOURCE


def remember(request: web.Request, response: web.StreamResponse) -> None:
    """Keep the language of an address that asks for one, for the addresses after it."""
    code = request.query.get(QUERY, "")
    if code in LANGUAGES:
        response.set_cookie(COOKIE, code, max_age=_YEAR, httponly=True, samesite="Lax")
