"""Passwords that are tried first, by people and programs: one of these is none.

What people add to a word to please a rule (a year, an exclamation mark, a nought for an
o) adds next to nothing for who guesses, so it is taken away before looking: each word of
the list beside this file stands for some hundred passwords.  Nothing is asked of anybody
on the network.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from cesnode.resources import resource

_LIST = "services/common_passwords.txt"
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
    "1qaz2wsx3edc4rfv5tgb",
    "1q2w3e4r5t6y7u8i9o0p",
)
"""What a finger runs along, on a keyboard or in the alphabet."""
_LOOKS = str.maketrans("0134578@$!€", "oieastbasie")
_REPEATED = re.compile(r"(.{1,4})\1+.{0,3}")
_ADDED = 6
"""Whoever puts more than so many signs to a word has made it hard to guess."""


def is_common(password: str) -> bool:
    """Whether a password is among those that are tried first."""
    plain = "".join(
        each
        for each in unicodedata.normalize("NFKD", password).casefold()
        if not unicodedata.combining(each)
    )
    if _REPEATED.fullmatch(plain) or _runs(plain):
        return True
    return any(_is_word(form) for form in (plain, plain.translate(_LOOKS)))


@cache
def _common() -> frozenset[str]:
    return frozenset(resource(_LIST).read_text(encoding="utf-8").split())


def _is_word(form: str) -> bool:
    """Whether it is a common word, once or again, with little around or between."""
    letters = re.sub(r"[^a-z]", "", form)
    twice = re.fullmatch(r"(.+?)\1+", letters)
    word = twice[1] if twice else letters
    return word in _common() and len(form) - len(letters) <= _ADDED


def _runs(plain: str) -> bool:
    """Whether it only runs along a row, either way, once or again."""
    return any(plain in way * 3 for row in _ROWS for way in (row, row[::-1]))
