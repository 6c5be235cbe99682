"""Where the pages are, and what the keepers of an exchange decide about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cesnode.community import market
from cesnode.config import Config, Vocabulary
from cesnode.ledger.money import Measure
from cesnode.web.colours import Colour

FRONT = "/"
NUMBERS = "/numbers"
STYLEGUIDE = "/-/styleguide"
UNSUBSCRIBE = "/unsubscribe/"
COMFORT = "/comfort"
SIGN_IN = "/sign-in"
CODE = "/sign-in/code"
SIGN_OUT = "/sign-out"
PROVE = "/prove"
HOME = "/home"
ME = "/me"
ACCOUNT = "/me/account"
DEVICES = "/me/devices"
PASSWORD = "/me/password"  # noqa: S105 - an address
SECOND_STEP = "/me/second-step"
RECOVERY = "/me/recovery-codes"
FORGOTTEN = "/forgotten-password"
NEW_PASSWORD = "/password/{secret}"  # noqa: S105 - an address
CARD = "/card"
BY_CARD = "/card/{secret}"
MAKE_CARD = "/cards/{number}"
JOIN = "/join"
TRADE = "/trade"
TRADES = "/trades"
STATEMENT = "/statement"
SCHEDULES = "/schedules"
FORMS = "/forms"
APPLICATION = "/join/{secret}"
MARKET = market.MARKET
MARKET_NEW = f"{MARKET}/new"
MARKET_MINE = f"{MARKET}/mine"
MARKET_SEARCHES = f"{MARKET}/searches"
MEDIA = "/media"
RENEW = market.RENEW
NEIGHBOURS = "/neighbours"
BRING = "/bring"
PEOPLE = "/people"
NOTICES = "/notices"
PROFILE = "/me/profile"
PHOTO = "/me/photo"
CHOICES = "/me/notices"
LANGUAGE = "/me/language"
DATA = "/me/data"
DATA_FILE = "/me/data.zip"
LEAVE = "/me/leave"

ADDRESSES: Mapping[str, str] = MappingProxyType(
    {
        "front": FRONT,
        "numbers": NUMBERS,
        "comfort": COMFORT,
        "sign_in": SIGN_IN,
        "sign_out": SIGN_OUT,
        "me": ME,
        "account": ACCOUNT,
        "devices": DEVICES,
        "password": PASSWORD,
        "second_step": SECOND_STEP,
        "recovery": RECOVERY,
        "forgotten": FORGOTTEN,
        "card": CARD,
        "join": JOIN,
        "trade": TRADE,
        "trades": TRADES,
        "statement": STATEMENT,
        "schedules": SCHEDULES,
        "forms": FORMS,
        "market": MARKET,
        "market_new": MARKET_NEW,
        "market_mine": MARKET_MINE,
        "market_searches": MARKET_SEARCHES,
        "media": MEDIA,
        "neighbours": NEIGHBOURS,
        "bring": BRING,
        "people": PEOPLE,
        "notices": NOTICES,
        "profile": PROFILE,
        "photo": PHOTO,
        "choices": CHOICES,
        "language": LANGUAGE,
        "data": DATA,
        "data_file": DATA_FILE,
        "leave": LEAVE,
    }
)
"""Where a page leads from every other one."""

BRAND = Colour.read("#1d6350")

_USUAL: Mapping[Measure, Vocabulary] = MappingProxyType(
    {
        Measure.MUTUAL: Vocabulary.MONEY,
        Measure.TIME: Vocabulary.TIME,
        Measure.GIFT: Vocabulary.RECORD,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The one colour of the pages, their words, and how to reach a person.

    Without a `vocabulary` it is the usual one; no way to reach anybody is an empty text.
    """

    brand: Colour = BRAND
    vocabulary: Vocabulary | None = None
    contact: str = ""
    email: str = ""
    phone: str = ""

    @classmethod
    def chosen(cls, config: Config) -> Site:
        look, contact = config.look, config.contact
        return cls(
            brand=Colour.read(look.brand),
            vocabulary=Vocabulary(look.vocabulary) if look.vocabulary else None,
            contact=contact.name,
            email=contact.email,
            phone=contact.phone,
        )

    def speaks(self, measure: Measure) -> Vocabulary:
        """Return the words of an exchange that counts in this way."""
        return self.vocabulary or _USUAL[measure]

    @property
    def is_reachable(self) -> bool:
        return bool(self.email or self.phone)


PLAIN = Site()
