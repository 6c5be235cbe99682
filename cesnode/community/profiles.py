"""What a member may tell of themselves, and for whom each part of it is.

1. Nobody has to tell anything.  What is told is for members of this exchange alone.
2. Whoever is in care of members sees all of it, for somebody has to be able to call.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import urlsplit

from cesnode.community import words
from cesnode.errors import MORE, N_, FieldInvalid

LONGEST_ABOUT = 5_000
LONGEST_ADDRESS = 300
MOST_LANGUAGES = 12

_PHONE = re.compile(r"\+?(?:[ ()/.-]*[0-9]){3,20}")
_LONGEST_PHONE = 40
_PLACE = re.compile(r"(-?[0-9]{1,3}(?:\.[0-9]+)?)\s*[,;\s]\s*(-?[0-9]{1,3}(?:\.[0-9]+)?)")
_LONGEST_WEBSITE = 200
_GRAIN = 10_000
"""Places are kept in ten-thousandths of a degree: about eleven metres."""
_NORTH, _EAST = 90 * _GRAIN, 180 * _GRAIN


class Contact(StrEnum):
    """A way to reach somebody."""

    EMAIL = "email"
    PHONE = "phone"
    MOBILE = "mobile"
    ADDRESS = "address"
    WEBSITE = "website"
    PLACE = "place"


class Audience(StrEnum):
    """For whom a way to reach somebody is."""

    NOBODY = "nobody"
    NEIGHBOURS = "neighbours"  # members of the same area
    MEMBERS = "members"


DEFAULTS: Mapping[Contact, Audience] = MappingProxyType(
    {
        contact: Audience.NOBODY if contact is Contact.EMAIL else Audience.MEMBERS
        for contact in Contact
    }
)
"""The address of e-mail is known from joining; the rest is there once it was told."""


def about(text: str) -> str:
    return words.long_text(text, field="about", most=LONGEST_ABOUT) if text.strip() else ""


def address(text: str) -> str:
    if not text.strip():
        return ""
    return words.long_text(text, field="address", most=LONGEST_ADDRESS)


def phone(text: str, *, field: str) -> str:
    """Return a telephone number as it was written.

    Raises:
        FieldInvalid: it cannot be dialled.

    """
    tidy = " ".join(text.split())
    if tidy and (_PHONE.fullmatch(tidy) is None or len(tidy) > _LONGEST_PHONE):
        raise FieldInvalid(field, N_("it is not a telephone number like +351 912 345 678"))
    return tidy


def dialled(number: str) -> str:
    """Return what a telephone dials."""
    return "".join(each for each in number if each.isdigit() or each == "+")


def website(text: str) -> str:
    """Return the address of a page, https if it does not say otherwise.

    Raises:
        FieldInvalid: it is none.

    """
    tidy = text.strip()
    if not tidy:
        return ""
    whole = tidy if "://" in tidy else f"https://{tidy}"
    try:
        parts = urlsplit(whole)
        found = parts.scheme in {"http", "https"} and "." in (parts.hostname or "")
    except ValueError:
        found = False
    fits = len(whole) <= _LONGEST_WEBSITE and words.is_shown(whole)
    if not (found and fits) or " " in whole:
        raise FieldInvalid("website", N_("it is not like https://bakery.example"))
    return whole


def languages(text: str) -> tuple[str, ...]:
    """Read names of languages between commas, in the order of their writer.

    Raises:
        FieldInvalid: one of them is no name, or there are too many.

    """
    names = [words.name(one, field="languages") for one in text.split(",") if one.strip()]
    each: dict[str, str] = {}
    for name in names:
        each.setdefault(name.casefold(), name)
    found = tuple(each.values())
    if len(found) > MOST_LANGUAGES:
        raise FieldInvalid("languages", MORE, count=len(found), most=MOST_LANGUAGES)
    return found


def place(text: str) -> tuple[int, int] | None:
    """Read "38.7223, -9.1393" as latitude and longitude in ten-thousandths of a degree.

    Raises:
        FieldInvalid: it is no place on earth.

    """
    if not text.strip():
        return None
    match = _PLACE.fullmatch(text.strip())
    found = tuple(_grains(part) for part in match.groups()) if match else ()
    if not found or abs(found[0]) > _NORTH or abs(found[1]) > _EAST:
        raise FieldInvalid("place", N_("it is not like 38.7223, -9.1393"))
    return found[0], found[1]


def place_text(place: tuple[int, int] | None) -> str:
    """Write a place so that it can be read again, and as map programs read it."""
    return "" if place is None else ", ".join(map(_degrees, place))


def _grains(text: str) -> int:
    whole, _, rest = text.partition(".")
    sign = -1 if text.startswith("-") else 1
    return sign * (abs(int(whole)) * _GRAIN + int((rest + "0000")[:4]))


def _degrees(grains: int) -> str:
    sign = "-" if grains < 0 else ""
    whole, rest = divmod(abs(grains), _GRAIN)
    return f"{sign}{whole}.{rest:04}"
