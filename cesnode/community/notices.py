"""What members are told, what it is about, and how they may wish to hear of it.

1. A kind is one sentence; what it is about is its topic, which a member can choose by.
2. What concerns the safety of a sign-in is always told, at once, whatever is chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType

from cesnode.errors import N_, FieldInvalid
from cesnode.ledger.trades import Channel


class Topic(StrEnum):
    """What a member can choose about."""

    WAITING = "waiting"  # somebody asks, and waits for a yes or no
    TRADES = "trades"
    PAPER = "paper"  # trades from sheets and slips
    STANDING = "standing"  # how near the limits are
    ADVICE = "advice"  # what to do about staying near one
    MARKET = "market"  # offerings and wants
    MESSAGES = "messages"  # what others wrote to them
    GROUPS = "groups"
    WEEK = "week"  # what a week has brought to the market
    NEWS = "news"  # announcements and events
    NEWSLETTERS = "newsletters"
    MEMBERSHIP = "membership"
    SECURITY = "security"


class Pace(StrEnum):
    """How soon a member is written to."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


class Kind(StrEnum):
    RECEIVED = "received"
    RECORDED = "recorded"
    PAPER_RECEIVED = "paper_received"
    PAPER_RECORDED = "paper_recorded"
    ASKED = "asked"
    ASKED_FOR_YOU = "asked_for_you"
    ACCEPTED = "accepted"
    ACCEPTED_FOR_YOU = "accepted_for_you"
    AGREED_BY_SILENCE = "agreed_by_silence"
    DECLINED = "declined"
    DECLINED_FOR_YOU = "declined_for_you"
    WITHDRAWN = "withdrawn"
    WITHDRAWN_FOR_YOU = "withdrawn_for_you"
    LAPSED = "lapsed"
    OBJECTED = "objected"
    OBJECTED_FOR_YOU = "objected_for_you"
    SETTLED = "settled"
    REVERSED = "reversed"
    TO_CONFIRM = "to_confirm"
    HELD = "held"
    DONE_ABROAD = "done_abroad"
    CAME_BACK = "came_back"
    NOT_RECEIVED = "not_received"
    SCHEDULE_WAITS = "schedule_waits"
    FORM_WRITTEN = "form_written"
    FORM_DECLINED = "form_declined"
    LIMIT_NEAR = "limit_near"
    LIMIT_PASSED = "limit_passed"
    ADVISED_TO_GIVE = "advised_to_give"
    ADVISED_TO_RECEIVE = "advised_to_receive"
    LISTING_ENDS = "listing_ends"
    SEARCH_FOUND = "search_found"
    NEW_OFFERINGS = "new_offerings"
    NEW_WANTS = "new_wants"
    ANNOUNCED = "announced"
    EVENT_PLANNED = "event_planned"
    EVENT_MOVED = "event_moved"
    EVENT_OFF = "event_off"
    NEWSLETTER = "newsletter"
    THANKED = "thanked"
    THANKS_ANSWERED = "thanks_answered"
    THANKS_REMOVED = "thanks_removed"
    MESSAGE = "message"
    MESSAGE_RETURNED = "message_returned"
    MESSAGE_REPORTED = "message_reported"
    REPORT_CLOSED = "report_closed"
    GROUP_NOTICE = "group_notice"
    GROUP_REPLY = "group_reply"
    GROUP_ASKED = "group_asked"
    GROUP_INVITED = "group_invited"
    GROUP_LET_IN = "group_let_in"
    GROUP_NOT_LET_IN = "group_not_let_in"
    GROUP_REMOVED = "group_removed"
    GROUP_STEWARD = "group_steward"
    GROUP_WORDS_REMOVED = "group_words_removed"
    GROUP_DISSOLVED = "group_dissolved"
    GROUP_NOT_TAKEN = "group_not_taken"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    CLOSED = "closed"
    APPROVED = "approved"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a kind, not a password
    EMAIL_CHANGED = "email_changed"
    NEW_DEVICE = "new_device"
    SIGN_IN_LOCKED = "sign_in_locked"
    SECOND_STEP_CHANGED = "second_step_changed"

    @property
    def topic(self) -> Topic:
        return _TOPICS.get(self, Topic.TRADES)


_TOPICS: Mapping[Kind, Topic] = MappingProxyType(
    {
        Kind.ASKED: Topic.WAITING,
        Kind.TO_CONFIRM: Topic.WAITING,
        Kind.FORM_WRITTEN: Topic.WAITING,
        Kind.PAPER_RECEIVED: Topic.PAPER,
        Kind.PAPER_RECORDED: Topic.PAPER,
        Kind.LIMIT_NEAR: Topic.STANDING,
        Kind.LIMIT_PASSED: Topic.STANDING,
        Kind.ADVISED_TO_GIVE: Topic.ADVICE,
        Kind.ADVISED_TO_RECEIVE: Topic.ADVICE,
        Kind.LISTING_ENDS: Topic.MARKET,
        Kind.SEARCH_FOUND: Topic.MARKET,
        Kind.NEW_OFFERINGS: Topic.WEEK,
        Kind.NEW_WANTS: Topic.WEEK,
        Kind.ANNOUNCED: Topic.NEWS,
        Kind.EVENT_PLANNED: Topic.NEWS,
        Kind.EVENT_MOVED: Topic.NEWS,
        Kind.EVENT_OFF: Topic.NEWS,
        Kind.NEWSLETTER: Topic.NEWSLETTERS,
        Kind.MESSAGE: Topic.MESSAGES,
        Kind.MESSAGE_RETURNED: Topic.MESSAGES,
        Kind.MESSAGE_REPORTED: Topic.WAITING,
        Kind.REPORT_CLOSED: Topic.MESSAGES,
        Kind.GROUP_NOTICE: Topic.GROUPS,
        Kind.GROUP_REPLY: Topic.GROUPS,
        Kind.GROUP_ASKED: Topic.WAITING,
        Kind.GROUP_INVITED: Topic.WAITING,
        Kind.GROUP_LET_IN: Topic.GROUPS,
        Kind.GROUP_NOT_LET_IN: Topic.GROUPS,
        Kind.GROUP_REMOVED: Topic.GROUPS,
        Kind.GROUP_STEWARD: Topic.GROUPS,
        Kind.GROUP_WORDS_REMOVED: Topic.GROUPS,
        Kind.GROUP_DISSOLVED: Topic.GROUPS,
        Kind.GROUP_NOT_TAKEN: Topic.GROUPS,
        Kind.LOCKED: Topic.MEMBERSHIP,
        Kind.UNLOCKED: Topic.MEMBERSHIP,
        Kind.CLOSED: Topic.MEMBERSHIP,
        Kind.APPROVED: Topic.MEMBERSHIP,
        Kind.PASSWORD_CHANGED: Topic.SECURITY,
        Kind.EMAIL_CHANGED: Topic.SECURITY,
        Kind.NEW_DEVICE: Topic.SECURITY,
        Kind.SIGN_IN_LOCKED: Topic.SECURITY,
        Kind.SECOND_STEP_CHANGED: Topic.SECURITY,
    }
)

_KINDS: Mapping[Topic, frozenset[Kind]] = MappingProxyType(
    {topic: frozenset(kind for kind in Kind if kind.topic is topic) for topic in Topic}
)


@dataclass(frozen=True, slots=True)
class Sides:
    """What an event of a trade is to its seller and to its buyer, if it is anything."""

    seller: Kind | None
    buyer: Kind | None


POSTED = Sides(Kind.RECEIVED, Kind.RECORDED)
ON_PAPER = Sides(Kind.PAPER_RECEIVED, Kind.PAPER_RECORDED)
ASKED = Sides(Kind.ASKED_FOR_YOU, Kind.ASKED)
ACCEPTED = Sides(Kind.ACCEPTED, Kind.ACCEPTED_FOR_YOU)
SILENCE = Sides(Kind.AGREED_BY_SILENCE, Kind.AGREED_BY_SILENCE)
DECLINED = Sides(Kind.DECLINED, Kind.DECLINED_FOR_YOU)
WITHDRAWN = Sides(Kind.WITHDRAWN_FOR_YOU, Kind.WITHDRAWN)
LAPSED = Sides(Kind.LAPSED, Kind.LAPSED)
OBJECTED = Sides(Kind.OBJECTED, Kind.OBJECTED_FOR_YOU)
SETTLED = Sides(Kind.SETTLED, Kind.SETTLED)
REVERSED = Sides(Kind.REVERSED, Kind.REVERSED)
HELD = Sides(None, Kind.HELD)
TO_CONFIRM = Sides(Kind.TO_CONFIRM, None)
POSTED_ABROAD = Sides(Kind.RECEIVED, Kind.DONE_ABROAD)
VOIDED = Sides(Kind.NOT_RECEIVED, Kind.CAME_BACK)

_PAPER = frozenset({Channel.SHEET, Channel.SLIP})


def posted_by(channel: Channel) -> Sides:
    """Return what a trade is to both sides that took effect as it was entered."""
    return ON_PAPER if channel in _PAPER else POSTED


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours in which nothing is sent, by the exchange's clock: 22 to 7."""

    begins: int
    ends: int

    def __post_init__(self) -> None:
        for name, hour in (("quiet_from", self.begins), ("quiet_until", self.ends)):
            if not 0 <= hour <= 23:  # noqa: PLR2004 - the hours of a day
                raise FieldInvalid(name, N_("it is an hour from 0 to 23"))

    def after(self, moment: datetime) -> datetime:
        """Return the moment, or the end of the quiet hours it falls into."""
        hour = moment.hour
        if self.begins <= self.ends:
            is_quiet = self.begins <= hour < self.ends
        else:
            is_quiet = hour >= self.begins or hour < self.ends
        if not is_quiet:
            return moment
        day = moment.date() + timedelta(days=hour >= self.ends)
        return datetime.combine(day, time(self.ends), moment.tzinfo)


@dataclass(frozen=True, slots=True)
class Choice:
    """How to hear of a topic: on the bell of the pages or not, and how soon by mail."""

    bell: bool = True
    mail: Pace = Pace.AT_ONCE

    @property
    def without_mail(self) -> Choice:
        return Choice(self.bell, Pace.NEVER)


DEFAULTS: Mapping[Topic, Choice] = MappingProxyType(
    {
        Topic.WAITING: Choice(),
        Topic.TRADES: Choice(),
        Topic.PAPER: Choice(mail=Pace.DAILY),
        Topic.STANDING: Choice(mail=Pace.WEEKLY),
        Topic.ADVICE: Choice(mail=Pace.WEEKLY),
        Topic.MARKET: Choice(),
        Topic.WEEK: Choice(bell=False, mail=Pace.WEEKLY),
        Topic.NEWS: Choice(mail=Pace.WEEKLY),
        Topic.NEWSLETTERS: Choice(),
        Topic.MESSAGES: Choice(),
        Topic.GROUPS: Choice(),
        Topic.MEMBERSHIP: Choice(),
        Topic.SECURITY: Choice(),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """How a member wishes to be told things; `language` None leaves it to the node."""

    language: str | None = None
    quiet: Quiet | None = Quiet(22, 7)
    choices: Mapping[Topic, Choice] = field(default_factory=lambda: DEFAULTS)

    def of(self, topic: Topic) -> Choice:
        return self.choices.get(topic, DEFAULTS[topic])

    def without_mail(self, topics: AbstractSet[Topic]) -> Preferences:
        """Return these wishes with no more mail about some topics; security stays."""
        ended = topics - {Topic.SECURITY}
        chosen = {topic: self.of(topic) for topic in Topic}
        for topic in ended:
            chosen[topic] = chosen[topic].without_mail
        return replace(self, choices=chosen)

    @property
    def silenced(self) -> frozenset[Kind]:
        """The kinds that do not show on the bell."""
        quiet = (_KINDS[topic] for topic in Topic if not self.of(topic).bell)
        return frozenset().union(*quiet)

    @property
    def in_digests(self) -> frozenset[Topic]:
        """What is told in a daily or weekly mail."""
        return frozenset(
            topic for topic in Topic if self.of(topic).mail in {Pace.DAILY, Pace.WEEKLY}
        )
