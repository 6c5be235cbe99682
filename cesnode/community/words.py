"""Checks words that people write: names, descriptions, reasons."""

from __future__ import annotations

import re
import unicodedata

from cesnode.errors import (
    LONGER,
    N_,
    DescriptionInvalid,
    DescriptionMissing,
    DescriptionTooLong,
    EmailInvalid,
    FieldInvalid,
)

LONGEST_DESCRIPTION = 500
LONGEST_TEXT = 20_000
LONGEST_NAME = 100

LONGEST_EMAIL = 254
_LONGEST_NUMBER = 9

_UNSEEN = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})
_BLANK = frozenset({"Cf", "Zs", "Mn", "Me"})
_EMAIL = re.compile(r"[^\s<>,;\"@]+@(?:[^\s<>,;\"@.]+\.)+[^\s<>,;\"@.]+")
_NEVER = frozenset(
    map(
        chr,
        (
            *range(0xFDD0, 0xFDF0),
            *(plane << 16 | last for plane in range(17) for last in (0xFFFE, 0xFFFF)),
        ),
    )
)
"""Unicode's noncharacters; signs that this Python does not know yet are welcome."""

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def description(text: str, *, field: str = "description") -> str:
    """Return a description or a reason, one line, in Unicode's composed form.

    Raises:
        DescriptionMissing, DescriptionTooLong, DescriptionInvalid

    """
    tidy = unicodedata.normalize("NFC", text.strip())
    if _is_blank(tidy):
        raise DescriptionMissing(field=field)
    if len(tidy) > LONGEST_DESCRIPTION:
        raise DescriptionTooLong(length=len(tidy), most=LONGEST_DESCRIPTION, field=field)
    position = _first_unseen(tidy)
    if position is not None:
        raise DescriptionInvalid(position=position + 1, field=field)
    return tidy


def long_text(text: str, *, field: str, most: int = LONGEST_TEXT) -> str:
    """Return a text of several lines, in Unicode's composed form.

    Raises:
        DescriptionMissing, DescriptionTooLong, DescriptionInvalid

    """
    lines = unicodedata.normalize("NFC", text.strip()).splitlines()
    tidy = "\n".join(line.rstrip() for line in lines)
    if _is_blank(tidy.replace("\n", " ")):
        raise DescriptionMissing(field=field)
    if len(tidy) > most:
        raise DescriptionTooLong(length=len(tidy), most=most, field=field)
    position = _first_unseen(tidy.replace("\n", " "))
    if position is not None:
        raise DescriptionInvalid(position=position + 1, field=field)
    return tidy


def name(text: str, *, field: str = "name") -> str:
    """Return a name of a person, exchange or area.

    Raises:
        FieldInvalid: it is empty, too long or holds what cannot be shown.

    """
    tidy = unicodedata.normalize("NFC", " ".join(text.split()))
    if _is_blank(tidy):
        raise FieldInvalid(field, N_("it is empty"))
    if len(tidy) > LONGEST_NAME:
        raise FieldInvalid(field, LONGER, count=len(tidy), most=LONGEST_NAME)
    if _first_unseen(tidy) is not None:
        raise FieldInvalid(field, N_("it holds a character that cannot be shown"))
    return tidy


def label(text: str) -> str:
    """Return what somebody calls a thing of their own; it may be nothing."""
    return name(text, field="label") if text.strip() else ""


def number(text: str) -> int | None:
    """Return the number that a part of an address is; None for what is none."""
    plain = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if plain else None


def is_text(text: str) -> bool:
    """Whether a text can be written down at all; half a surrogate pair cannot."""
    return text.isascii() or not any("\ud800" <= each <= "\udfff" for each in text)


def is_shown(text: str) -> bool:
    """Whether every character of a line can be seen, and none turns it around."""
    return _first_unseen(text) is None


def email(text: str) -> str:
    """Return an e-mail address that has the look of one; only a mail can prove it."""
    tidy = text.strip()
    if not is_email(tidy):
        raise EmailInvalid
    return tidy


def is_email(text: str) -> bool:
    """Whether a text has the look of an e-mail address."""
    looks_right = _EMAIL.fullmatch(text) and len(text) <= LONGEST_EMAIL
    return bool(looks_right) and _first_unseen(text) is None


def _is_blank(text: str) -> bool:
    """Whether nothing of a text can be seen."""
    if text.isascii():
        return not text.strip()
    return all(unicodedata.category(character) in _BLANK for character in text)


def _first_unseen(text: str) -> int | None:
    """Return the place of a control character, or of one that turns text around."""
    if text.isascii() and text.isprintable():
        return None
    for position, character in enumerate(text):
        if unicodedata.category(character) in _UNSEEN or character in _TURNING:
            return position
        if character in _NEVER:
            return position
    return None
