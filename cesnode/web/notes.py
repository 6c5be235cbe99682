"""What a page says once, on top, of what was done just before: a note's name travels.

Only the name does, in a cookie, so nobody can put words of their own on our pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from aiohttp import web

from cesnode.errors import N_
from cesnode.web.cookies import keep

COOKIE = "note"
_SECONDS = 60

NOTES: Mapping[str, str] = MappingProxyType(
    {
        "account-chosen": N_("You act for this account now."),
        "address-confirmed": N_("Thank you: now we know that the address is yours."),
        "comfort-kept": N_("That is how pages look for you from now on."),
        "device-ended": N_("That device is signed out."),
        "devices-ended": N_("All other devices are signed out."),
        "language-kept": N_("Pages and letters speak this language to you now."),
        "left": N_("The account is closed. Thank you for all you gave."),
        "listing-allow": N_("Its owner may show it again."),
        "listing-fulfil": N_("Good to hear. It is not shown any more."),
        "listing-hide": N_("Nobody but you sees it now."),
        "listing-kept": N_("It is kept as a draft. Nobody but you sees it."),
        "listing-renewed": N_("It is shown for its full time again."),
        "listing-show": N_("It is on the market now."),
        "listing-stop": N_("It is taken off the market, and its owner can read why."),
        "listing-withdraw": N_("It is gone, with its pictures."),
        "notices-chosen": N_("That is how you will be told from now on."),
        "notices-read": N_("There is nothing new left."),
        "password-kept": N_("Your password is changed. Other devices are signed out."),
        "pictures-kept": N_("The pictures are as you see them."),
        "photo-gone": N_("The photo is gone."),
        "photo-kept": N_("The photo is as you see it."),
        "profile-kept": N_("It is kept. Others see what you chose for them."),
        "search-dropped": N_("That search is forgotten."),
        "search-kept": N_("That search is kept. You will hear what is new in it."),
        "form-written": N_("It is sent. You will hear what becomes of it."),
        "schedule-made": N_("It is scheduled. It is entered when its day has come."),
        "second-step-off": N_("Your password alone suffices again."),
        "signed-out": N_("You are signed out."),
        "trade-accept": N_("You have agreed."),
        "trade-decline": N_("You have said no. Nothing was paid."),
        "trade-object": N_("The other side is told that it is not right."),
        "trade-reverse": N_("It is undone."),
        "trade-settle": N_("It is right after all, and stands."),
        "trade-withdraw": N_("It is being taken back."),
    }
)


def read(request: web.Request) -> str | None:
    """Return the sentence to be said, still to be translated."""
    return NOTES.get(request.cookies.get(COOKIE, ""))


def leave(response: web.StreamResponse, name: str) -> None:
    """Let the next page say this."""
    if name not in NOTES:
        raise KeyError(name)
    keep(response, COOKIE, name, seconds=_SECONDS)


def clear(request: web.Request, response: web.StreamResponse) -> None:
    if COOKIE in request.cookies:
        response.del_cookie(COOKIE, httponly=True, samesite="Lax")
