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
        "announcement-changed": N_("It says so from now on."),
        "announcement-gone": N_("It is taken back. Nobody reads it any more."),
        "announcement-made": N_("It is announced."),
        "calendar-ended": N_("That address leads nowhere any more."),
        "event-changed": N_("The calendar says so from now on."),
        "event-off": N_("It is called off, and the calendar says so."),
        "event-planned": N_("It is in the calendar."),
        "newsletter-files": N_("The files are as you see them."),
        "newsletter-gone": N_("The draft is thrown away."),
        "newsletter-kept": N_("It is kept as a draft. Look at it, then send it."),
        "newsletter-sent": N_("It is on its way."),
        "thanks-answered": N_("Your answer stands below it."),
        "thanks-gone": N_("It is taken down, and who said it can read why."),
        "thanks-hidden": N_("Nobody but you and who said it reads it now."),
        "thanks-said": N_("Said. They will be glad of it."),
        "thanks-shown": N_("Everybody here can read it again."),
        "letters-written": N_("The letters are on their way."),
        "application-approve": N_("They are a member now."),
        "application-ask": N_("Your question is on its way."),
        "application-decline": N_("They are told why."),
        "application-answered": N_("Thank you. Your answer is passed on."),
        "address-proven": N_("Letters for you go to this address from now on."),
        "address-asked": N_("A letter is on its way to that address. Open the link in it."),
        "circle-agree": N_("Agreed. It is done as soon as all the others have agreed."),
        "circle-ask": N_("They are asked. Look here again in a moment."),
        "circle-decline": N_("It is refused. Nothing of it is done."),
        "circle-force": N_("What was reserved can be traded again."),
        "circle-honour": N_("It is booked."),
        "circle-join": N_("This exchange takes part now."),
        "circle-leave": N_("This exchange takes part no more."),
        "circle-propose": N_("It is proposed to all exchanges of the circle."),
        "circle-withdraw": N_("It is called off."),
        "comfort-kept": N_("That is how pages look for you from now on."),
        "device-ended": N_("That device is signed out."),
        "devices-ended": N_("All other devices are signed out."),
        "language-kept": N_("Pages and letters speak this language to you now."),
        "left": N_("The account is closed. Thank you for all you gave."),
        "group-asked": N_("You have asked. You are told as soon as you are in."),
        "group-declined": N_("They are told that it is a no."),
        "group-dissolved": N_("The group is no more."),
        "group-founded": N_("The group is there. Now invite others, or write a notice."),
        "group-invited": N_("They are invited, and are told so."),
        "group-joined": N_("Welcome: you are in the group."),
        "group-kept": N_("The group is kept so."),
        "group-left": N_("You are not in the group any more."),
        "group-let-in": N_("They are in the group now, and are told so."),
        "group-picture-gone": N_("The picture is gone."),
        "group-picture-kept": N_("This is the picture of the group now."),
        "group-removed": N_("They are not in the group any more, and are told so."),
        "group-replied": N_("Your reply is there."),
        "group-sent": N_(
            "It is on its way. It stands here once the group's exchange has it."
        ),
        "group-steward": N_("They are a steward now, and are told so."),
        "group-stepped-down": N_("You are a member like others again."),
        "group-taken-away": N_("It is gone."),
        "group-written": N_("Everybody in the group is told of it."),
        "listing-allow": N_("Its owner may show it again."),
        "listing-fulfil": N_("Good to hear. It is not shown any more."),
        "listing-hide": N_("Nobody but you sees it now."),
        "listing-kept": N_("It is kept as a draft. Nobody but you sees it."),
        "listing-renewed": N_("It is shown for its full time again."),
        "listing-show": N_("It is on the market now."),
        "listing-stop": N_("It is taken off the market, and its owner can read why."),
        "listing-withdraw": N_("It is gone, with its pictures."),
        "message-sent": N_("It is sent."),
        "messages-chosen": N_("That is from whom you take messages now."),
        "messages-blocked": N_("You get no more messages from them. They are not told."),
        "message-withdrawn": N_("It is taken back. They see that something was."),
        "messages-away": N_("It is put away. With the next message it is back."),
        "messages-back": N_("It is among your messages again."),
        "messages-deleted": N_("It is deleted for you."),
        "messages-taken": N_("You get their messages again."),
        "message-reported": N_("Thank you. People who keep this exchange will look at it."),
        "report-closed": N_("It is closed, and who asked is told."),
        "name-kept": N_("That is what others read from now on."),
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
        "sharing-kept": N_("That is what goes between you from now on."),
        "sheet-entered": N_("Every line is entered."),
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
