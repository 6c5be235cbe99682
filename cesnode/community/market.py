"""Offerings and wants: what each is, who may see it, and what may become of it.

A listing never binds anybody: a trade does.  What two people agree on may be another
price for another thing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from cesnode.community import words
from cesnode.errors import LONGER, MORE, N_, FieldInvalid, ListingState

MARKET = "/market"
RENEW = "/renew"
"""Where the pages are: listings are known elsewhere, and renewed, by their addresses."""

LONGEST_TITLE = 100
LONGEST_TEXT = 5_000
LONGEST_WORDS = 60
MOST_KEYWORDS = 12
MOST_PICTURES = 6


class Kind(StrEnum):
    OFFERING = "offering"
    WANT = "want"


class Audience(StrEnum):
    """Who may see a listing; each includes those before it."""

    GROUP = "group"  # the members of the groups on whose boards it is
    HERE = "here"
    NEIGHBOURS = "neighbours"
    PUBLIC = "public"


SHARED = frozenset({Audience.NEIGHBOURS, Audience.PUBLIC})
"""What leaves this exchange."""


class Price(StrEnum):
    AMOUNT = "amount"
    WORDS = "words"
    OPEN = "open"  # to be agreed
    SWAP = "swap"
    FREE = "free"


class State(StrEnum):
    DRAFT = "draft"
    SHOWN = "shown"
    HIDDEN = "hidden"
    STOPPED = "stopped"  # by whoever looks after the market
    FULFILLED = "fulfilled"
    WITHDRAWN = "withdrawn"  # its words and pictures are gone


class Wish(StrEnum):
    SHOW = "show"
    HIDE = "hide"
    FULFIL = "fulfil"
    WITHDRAW = "withdraw"
    STOP = "stop"
    ALLOW = "allow"


_OWN_END = {Wish.WITHDRAW: State.WITHDRAWN}
TRANSITIONS: Mapping[State, Mapping[Wish, State]] = MappingProxyType(
    {
        State.DRAFT: {Wish.SHOW: State.SHOWN, **_OWN_END},
        State.SHOWN: {
            Wish.HIDE: State.HIDDEN,
            Wish.FULFIL: State.FULFILLED,
            Wish.STOP: State.STOPPED,
            **_OWN_END,
        },
        State.HIDDEN: {
            Wish.SHOW: State.SHOWN,
            Wish.FULFIL: State.FULFILLED,
            Wish.STOP: State.STOPPED,
            **_OWN_END,
        },
        State.STOPPED: {Wish.ALLOW: State.HIDDEN, **_OWN_END},
        State.FULFILLED: {Wish.SHOW: State.SHOWN, **_OWN_END},
        State.WITHDRAWN: {},
    }
)

OF_KEEPERS = frozenset({Wish.STOP, Wish.ALLOW})
"""What only those who look after the market may wish."""

DAYS: Mapping[Kind, int] = MappingProxyType({Kind.OFFERING: 365, Kind.WANT: 90})
"""How long a listing is shown unless its owner says otherwise."""
MOST_DAYS = 366
WARN_DAYS = 14
"""So many days before the end its owner is told, and may renew it."""


def after(state: State, wish: Wish) -> State:
    """Return the state that a wish leads to.

    Raises:
        ListingState: a listing in this state cannot be treated so.

    """
    try:
        return TRANSITIONS[state][wish]
    except KeyError:
        raise ListingState(state=state.value, wish=wish.value) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is given for it.  `amount` in minor units of the listing's own currency.

    `unit` says for how much ("an hour", "each"); `words` stand where no amount does;
    `money` is the part asked for in ordinary money ("5 € for the flour").
    """

    price: Price = Price.OPEN
    amount: int | None = None
    unit: str = ""
    words: str = ""
    money: str = ""

    def __post_init__(self) -> None:
        if (self.price is Price.AMOUNT) != (self.amount is not None):
            raise FieldInvalid("price", N_("an amount and the way of the price differ"))
        if self.price is Price.WORDS and not self.words:
            raise FieldInvalid("terms", N_("it is empty"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a listing says, tidy and within bounds."""

    title: str
    text: str = ""
    keywords: tuple[str, ...] = ()

    @classmethod
    def read(cls, title: str, text: str = "", keywords: str = "") -> Words:
        """Check what somebody wrote.

        Raises:
            FieldInvalid: it is empty, too long or holds what cannot be shown.

        """
        return cls(
            title=words.name(title, field="title"),
            text=paragraphs(text, field="text"),
            keywords=_keywords(keywords),
        )


def paragraphs(text: str, *, field: str, most: int = LONGEST_TEXT) -> str:
    """Return text of several lines, in Unicode's composed form; it may be empty."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    tidy = "\n".join(line.rstrip() for line in lines.split("\n")).strip("\n")
    if len(tidy) > most:
        raise FieldInvalid(field, LONGER, count=len(tidy), most=most)
    if not words.is_shown(tidy.replace("\n", " ").replace("\t", " ")):
        raise FieldInvalid(field, N_("it holds a character that cannot be shown"))
    return tidy


def few_words(text: str, *, field: str) -> str:
    """Return a few words on one line; they may be none."""
    if not text.strip():
        return ""
    tidy = words.name(text, field=field)
    if len(tidy) > LONGEST_WORDS:
        raise FieldInvalid(field, LONGER, count=len(tidy), most=LONGEST_WORDS)
    return tidy


def _keywords(text: str) -> tuple[str, ...]:
    found = dict.fromkeys(
        few_words(part, field="keywords") for part in re.split(r"[,;\n،、]", text)
    )
    kept = tuple(word for word in found if word)
    if len(kept) > MOST_KEYWORDS:
        raise FieldInvalid("keywords", MORE, count=len(kept), most=MOST_KEYWORDS)
    return kept


_MARKS = frozenset({"Mn", "Me", "Cf"})


def fold(text: str) -> str:
    """Return a text as it is searched: small letters without their marks.

    >>> fold("Crème Brûlée, Straße")
    'creme brulee, strasse'
    """
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(each for each in apart if unicodedata.category(each) not in _MARKS)
    return unicodedata.normalize("NFKC", bare)
