"""Where the pages are, and what the keepers of an exchange decide about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from zoneinfo import ZoneInfo

from cesnode.community import groups, market, messages, news
from cesnode.config import Config, Murmurations, Public, Vocabulary
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
SHEET = "/trade/sheet"
STATEMENT = "/statement"
SCHEDULES = "/schedules"
FORMS = "/forms"
APPLICATION = "/join/{secret}"
APPLICATIONS = "/applications"
MARKET = market.MARKET
MARKET_NEW = f"{MARKET}/new"
MARKET_MINE = f"{MARKET}/mine"
MARKET_SEARCHES = f"{MARKET}/searches"
MEDIA = "/media"
RENEW = market.RENEW
NEIGHBOURS = "/neighbours"
CIRCLES = "/circles"
MARKET_PRINT = f"{MARKET}/print"
MESSAGES = messages.MESSAGES
MESSAGE_NEW = f"{MESSAGES}/new"
MESSAGE_WISHES = f"{MESSAGES}/wishes"
MESSAGES_AWAY = f"{MESSAGES}/away"
MESSAGE_REPORTS = messages.REPORTS
PEOPLE_PRINT = "/people/print"
ATOM = "/feeds/market.atom"
JSON_FEED = "/feeds/market.json"
ROBOTS = "/robots.txt"
MURMURATIONS = "/murmurations.json"
GROUPS = groups.GROUPS
GROUP_NEW = f"{GROUPS}/new"
ANNOUNCEMENTS = news.ANNOUNCEMENTS
CALENDAR = news.CALENDAR
CALENDAR_FEED = f"{CALENDAR}.ics"
CALENDAR_OWN = "/me/calendar"
NEWSLETTERS = news.NEWSLETTERS
THANKS = "/thanks"
BRING = "/bring"
BRING_REPORT = "/bring/report.csv"
BRING_PEOPLE = "/bring/people"
PEOPLE = "/people"
NEAR_LIMITS = f"{PEOPLE}/near-limits"
NOTICES = "/notices"
PROFILE = "/me/profile"
PHOTO = "/me/photo"
EMAIL = "/me/email"
NAME = "/me/name"
BY_MAIL = "/address/{secret}"
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
        "circles": CIRCLES,
        "me": ME,
        "account": ACCOUNT,
        "devices": DEVICES,
        "password": PASSWORD,
        "second_step": SECOND_STEP,
        "recovery": RECOVERY,
        "forgotten": FORGOTTEN,
        "card": CARD,
        "join": JOIN,
        "applications": APPLICATIONS,
        "trade": TRADE,
        "trades": TRADES,
        "sheet": SHEET,
        "statement": STATEMENT,
        "schedules": SCHEDULES,
        "forms": FORMS,
        "market": MARKET,
        "market_new": MARKET_NEW,
        "market_mine": MARKET_MINE,
        "market_searches": MARKET_SEARCHES,
        "media": MEDIA,
        "neighbours": NEIGHBOURS,
        "messages": MESSAGES,
        "message_new": MESSAGE_NEW,
        "message_wishes": MESSAGE_WISHES,
        "messages_away": MESSAGES_AWAY,
        "message_reports": MESSAGE_REPORTS,
        "market_print": MARKET_PRINT,
        "people_print": PEOPLE_PRINT,
        "atom": ATOM,
        "json_feed": JSON_FEED,
        "groups": GROUPS,
        "group_new": GROUP_NEW,
        "announcements": ANNOUNCEMENTS,
        "calendar": CALENDAR,
        "calendar_feed": CALENDAR_FEED,
        "calendar_own": CALENDAR_OWN,
        "newsletters": NEWSLETTERS,
        "thanks": THANKS,
        "bring": BRING,
        "bring_report": BRING_REPORT,
        "bring_people": BRING_PEOPLE,
        "people": PEOPLE,
        "near_limits": NEAR_LIMITS,
        "notices": NOTICES,
        "profile": PROFILE,
        "photo": PHOTO,
        "email": EMAIL,
        "name": NAME,
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
    Events are at hours of a clock in `zone`.  `public` and `murmurations` say what is open
    to the world beyond.
    """

    brand: Colour = BRAND
    vocabulary: Vocabulary | None = None
    contact: str = ""
    email: str = ""
    phone: str = ""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    public: Public = field(default_factory=Public)
    murmurations: Murmurations = field(default_factory=Murmurations)

    @classmethod
    def chosen(cls, config: Config) -> Site:
        look, contact = config.look, config.contact
        return cls(
            brand=Colour.read(look.brand),
            vocabulary=Vocabulary(look.vocabulary) if look.vocabulary else None,
            contact=contact.name,
            email=contact.email,
            phone=contact.phone,
            zone=config.mail.zone,
            public=config.public,
            murmurations=config.murmurations,
        )

    def speaks(self, measure: Measure) -> Vocabulary:
        """Return the words of an exchange that counts in this way."""
        return self.vocabulary or _USUAL[measure]

    @property
    def is_reachable(self) -> bool:
        return bool(self.email or self.phone)


PLAIN = Site()
