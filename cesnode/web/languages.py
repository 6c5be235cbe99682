"""Which language a visitor is answered in."""

from __future__ import annotations

from aiohttp import web

from cesnode.community.languages import LANGUAGES, SOURCE, Language
from cesnode.web.preferences import preferences

QUERY = "lang"
COOKIE = "lang"

__all__ = [
    "COOKIE",
    "LANGUAGES",
    "QUERY",
    "SOURCE",
    "Language",
    "choose",
    "is_chosen",
    "keep",
    "remember",
]

_YEAR = 365 * 24 * 3_600


def choose(request: web.Request) -> Language:
    """Answer in what the address asks for, else the cookie, else the browser."""
    asked = (request.query.get(QUERY), request.cookies.get(COOKIE))
    accepted = preferences(request.headers.get("Accept-Language", ""))
    for name in (*asked, *accepted):
        code = (name or "").lower().split("-")[0]
        if code in LANGUAGES:
            return LANGUAGES[code]
    return SOURCE


def is_chosen(request: web.Request) -> bool:
    """Whether a language was chosen on this device."""
    return QUERY in request.query or COOKIE in request.cookies


def remember(request: web.Request, response: web.StreamResponse) -> None:
    """Keep the language of an address that asks for one, for the addresses after it."""
    code = request.query.get(QUERY, "")
    if code in LANGUAGES:
        keep(response, LANGUAGES[code])


def keep(response: web.StreamResponse, language: Language) -> None:
    """Answer in this language from now on."""
    response.set_cookie(COOKIE, language.code, max_age=_YEAR, httponly=True, samesite="Lax")
