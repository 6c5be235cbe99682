"""Says what a member was told: one sentence a kind, the same on the bell and in a mail."""

from __future__ import annotations

from collections.abc import Mapping
from gettext import NullTranslations
from types import MappingProxyType

from cesnode.community.notices import Kind, Topic
from cesnode.errors import N_
from cesnode.ledger.money import Amount
from cesnode.services.bell import NoticeView
from cesnode.services.mailing import DIGEST
from cesnode.web.formatting import Formats

SENTENCES: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.RECEIVED: N_("{amount} came to you from {other} for “{words}”."),
        Kind.RECORDED: N_("{amount} went from you to {other} for “{words}”."),
        Kind.PAPER_RECEIVED: N_(
            "From a sheet or slip: {amount} came to you from {other} for “{words}”."
        ),
        Kind.PAPER_RECORDED: N_(
            "From a sheet or slip: {amount} went from you to {other} for “{words}”."
        ),
        Kind.ASKED: N_(
            "{other} asks you for {amount} for “{words}”. Please say yes or no."
        ),
        Kind.ASKED_FOR_YOU: N_("{other} was asked for you: {amount} for “{words}”."),
        Kind.ACCEPTED: N_("{other} said yes: {amount} came to you for “{words}”."),
        Kind.ACCEPTED_FOR_YOU: N_(
            "Somebody said yes for you: {amount} went to {other} for “{words}”."
        ),
        Kind.AGREED_BY_SILENCE: N_(
            "Nobody said no in time, so this counts: {amount} for “{words}”, with {other}."
        ),
        Kind.DECLINED: N_("{other} said no to {amount} for “{words}”."),
        Kind.DECLINED_FOR_YOU: N_(
            "Somebody said no for you: {amount} for “{words}”, asked by {other}."
        ),
        Kind.WITHDRAWN: N_("{other} does not ask you for {amount} for “{words}” any more."),
        Kind.WITHDRAWN_FOR_YOU: N_(
            "{other} is not asked any more for {amount} for “{words}”."
        ),
        Kind.LAPSED: N_(
            "Nobody answered in time: {amount} for “{words}”, with {other}, is no more."
        ),
        Kind.OBJECTED: N_("{other} says this is not right: {amount} for “{words}”."),
        Kind.OBJECTED_FOR_YOU: N_(
            "Somebody said for you that this is not right: {amount} for “{words}”,"
            " with {other}."
        ),
        Kind.SETTLED: N_("The trade stands: {amount} for “{words}”, with {other}."),
        Kind.REVERSED: N_("The trade was undone: {amount} for “{words}”, with {other}."),
        Kind.TO_CONFIRM: N_(
            "{other} would pay you {amount} for “{words}”. Please say yes or no."
        ),
        Kind.HELD: N_(
            "{amount} for “{words}” waits for the exchange of {other} to answer."
        ),
        Kind.DONE_ABROAD: N_("It is done: {amount} went to {other} for “{words}”."),
        Kind.CAME_BACK: N_("{amount} for “{words}” came back to you from {other}."),
        Kind.NOT_RECEIVED: N_(
            "{amount} from {other} for “{words}” did not come: it went back."
        ),
        Kind.SCHEDULE_WAITS: N_(
            "What account {account} scheduled could not be entered: “{reason}”. It is tried"
            " again every day."
        ),
        Kind.FORM_WRITTEN: N_(
            "Somebody wrote an order or a slip to account {account}: “{reason}”."
        ),
        Kind.FORM_DECLINED: N_(
            "The order or slip of account {account} was not agreed to: “{reason}”."
        ),
        Kind.LIMIT_NEAR: N_(
            "Account {account} is near how far it can go: {amount} are left."
        ),
        Kind.LIMIT_PASSED: N_(
            "Account {account} is beyond how far it can go, by {amount}."
        ),
        Kind.ADVISED_TO_GIVE: N_("Others look for this, and you might have it: {words}."),
        Kind.ADVISED_TO_RECEIVE: N_(
            "You have given a lot. This might be something for you: {words}."
        ),
        Kind.LISTING_ENDS: N_(
            "“{words}” is on the market until {day}, if you leave it so."
        ),
        Kind.SEARCH_FOUND: N_("New on the market for your search “{words}”: {count}."),
        Kind.NEW_OFFERINGS: N_(
            "New on the market this week, on offer: {count}. Among them: {words}."
        ),
        Kind.NEW_WANTS: N_(
            "New on the market this week, looked for: {count}. Among them: {words}. Could"
            " you help?"
        ),
        Kind.ANNOUNCED: N_("There is an announcement: “{words}”."),
        Kind.EVENT_PLANNED: N_("In the calendar: “{words}”, {day}."),
        Kind.EVENT_MOVED: N_("When or where “{words}” takes place has changed: {day}."),
        Kind.EVENT_OFF: N_("It does not take place: “{words}”, {day}."),
        Kind.NEWSLETTER: N_("There is a newsletter: “{words}”."),
        Kind.THANKED: N_("{other} thanks you for “{words}”."),
        Kind.THANKS_ANSWERED: N_("{other} answered your thank-you for “{words}”."),
        Kind.THANKS_REMOVED: N_("A thank-you of yours was taken down: {reason}"),
        Kind.GROUP_NOTICE: N_("{other} wrote in the group {group}: “{words}”."),
        Kind.GROUP_REPLY: N_("{other} replied to “{words}” in the group {group}."),
        Kind.GROUP_ASKED: N_(
            "{other} would like to be in the group {group}. Please say yes or no."
        ),
        Kind.GROUP_INVITED: N_(
            "{other} invites you to the group {group}. Please say yes or no."
        ),
        Kind.GROUP_LET_IN: N_("Welcome: you are in the group {group} now."),
        Kind.GROUP_NOT_LET_IN: N_("You were not let into the group {group}."),
        Kind.GROUP_REMOVED: N_("You are not in the group {group} any more."),
        Kind.GROUP_STEWARD: N_("You are a steward of the group {group} now."),
        Kind.GROUP_WORDS_REMOVED: N_("What you wrote in the group {group} was taken away."),
        Kind.GROUP_DISSOLVED: N_("The group {group} is no more."),
        Kind.GROUP_NOT_TAKEN: N_(
            "Something that was sent for the group {group} was not taken in the other"
            " exchange."
        ),
        Kind.MESSAGE: N_("{words} wrote to you."),
        Kind.MESSAGE_RETURNED: N_("What you wrote to {words} could not be delivered."),
        Kind.MESSAGE_REPORTED: N_(
            "Somebody asks you to look at messages that they got. Please have a look."
        ),
        Kind.REPORT_CLOSED: N_("Your report was looked into: {reason}"),
        Kind.LOCKED: N_("Account {account} was locked: it cannot buy for now. {reason}"),
        Kind.UNLOCKED: N_("Account {account} is open again."),
        Kind.CLOSED: N_("Account {account} was closed."),
        Kind.APPROVED: N_("Welcome: you are a member now."),
        Kind.PASSWORD_CHANGED: N_(
            "Your password was changed. If that was not you, tell the people who keep this"
            " exchange at once."
        ),
        Kind.EMAIL_CHANGED: N_(
            "Your e-mail address was changed. If that was not you, tell the people who keep"
            " this exchange at once."
        ),
        Kind.NEW_DEVICE: N_(
            "Somebody signed in as you on a new device: {device}. If that was not you,"
            " change your password."
        ),
        Kind.SIGN_IN_LOCKED: N_(
            "Somebody tried many wrong passwords, so you cannot sign in for a while. Your"
            " account is safe."
        ),
        Kind.SECOND_STEP_CHANGED: N_(
            "The second step of your sign-in was changed. If that was not you, tell the"
            " people who keep this exchange at once."
        ),
    }
)

TOPICS: Mapping[Topic, str] = MappingProxyType(
    {
        Topic.WAITING: N_("somebody waits for your answer"),
        Topic.TRADES: N_("your trades"),
        Topic.PAPER: N_("trades from sheets and slips"),
        Topic.STANDING: N_("how far you can go"),
        Topic.ADVICE: N_("what you could give or receive, when you stay near a limit"),
        Topic.MARKET: N_("the market"),
        Topic.WEEK: N_("what a week has brought to the market"),
        Topic.NEWS: N_("announcements and events"),
        Topic.NEWSLETTERS: N_("newsletters"),
        Topic.MESSAGES: N_("messages to you"),
        Topic.GROUPS: N_("your groups"),
        Topic.MEMBERSHIP: N_("your membership"),
        Topic.SECURITY: N_("the safety of your sign-in"),
    }
)
"""What each topic is called."""
_LINKS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.ADVISED_TO_GIVE: N_("See what others look for"),
        Kind.ADVISED_TO_RECEIVE: N_("See what there is"),
        Kind.LISTING_ENDS: N_("Renew it"),
        Kind.SEARCH_FOUND: N_("See what was found"),
        Kind.MESSAGE: N_("Read it and answer"),
        Kind.MESSAGE_RETURNED: N_("See what you wrote"),
        Kind.MESSAGE_REPORTED: N_("Have a look"),
        Kind.REPORT_CLOSED: N_("See the conversation"),
        Kind.GROUP_NOTICE: N_("Read it"),
        Kind.GROUP_REPLY: N_("Read it"),
        Kind.GROUP_ASKED: N_("See who asks"),
        Kind.GROUP_INVITED: N_("See the group"),
        Kind.GROUP_LET_IN: N_("See the group"),
        Kind.GROUP_NOT_LET_IN: N_("See all groups"),
        Kind.GROUP_REMOVED: N_("See all groups"),
        Kind.GROUP_STEWARD: N_("See the group"),
        Kind.GROUP_WORDS_REMOVED: N_("See the group"),
        Kind.GROUP_DISSOLVED: N_("See all groups"),
        Kind.GROUP_NOT_TAKEN: N_("See the group"),
        Kind.NEW_OFFERINGS: N_("See what is on offer"),
        Kind.NEW_WANTS: N_("See what is looked for"),
        Kind.ANNOUNCED: N_("Read it"),
        Kind.EVENT_PLANNED: N_("See the event"),
        Kind.EVENT_MOVED: N_("See the event"),
        Kind.EVENT_OFF: N_("See the event"),
        Kind.NEWSLETTER: N_("Read it on the pages"),
    }
)
_TO_A_TRADE = N_("See the trade")
_SEVERAL = N_("what happened in a day or a week")


def sentence(view: NoticeView, catalogue: NullTranslations, formats: Formats) -> str:
    """Say what happened, in one language."""
    said = catalogue.gettext(SENTENCES[view.kind]).format(
        account=view.account,
        amount=_written(view.amount, formats) if view.amount else "",
        count=view.count,
        day=formats.day(view.day) if view.day else "",
        device=view.device,
        group=view.group,
        other=view.other,
        reason=view.reason,
        words=view.words,
    )
    return said.strip()


def link_words(kind: Kind) -> str:
    """Return what stands on the link of a notice, still to be translated."""
    return _LINKS.get(kind, _TO_A_TRADE)


def topic_name(topic: str) -> str:
    """Return what a letter is about, still to be translated."""
    return _SEVERAL if topic == DIGEST else TOPICS[Topic(topic)]


def _written(amount: Amount, formats: Formats) -> str:
    return f"{formats.figure(amount)} {formats.units(amount)}"
