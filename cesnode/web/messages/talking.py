"""/messages and /messages/{id}: the inbox, a conversation, and how one begins."""

from __future__ import annotations

from aiohttp import web

from cesnode.community.roles import Permission
from cesnode.errors import UnknownConversation
from cesnode.services.market import finding
from cesnode.services.messages import keeping, meeting, reading, writing
from cesnode.services.messages.reading import PAGE
from cesnode.services.messages.writing import Draft
from cesnode.store import Reader, Writer
from cesnode.web.addresses import number
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.forms import Form
from cesnode.web.site import MESSAGES, PEOPLE


def number_of(text: str) -> int:
    """Read the number of a conversation in an address.

    Raises:
        UnknownConversation: it is none.

    """
    found = number(text)
    if found is None:
        raise UnknownConversation
    return found


def inbox(reader: Reader, asked: Asked) -> Sight:
    return _inbox(reader, asked, away=False)


def put_away(reader: Reader, asked: Asked) -> Sight:
    return _inbox(reader, asked, away=True)


def _inbox(reader: Reader, asked: Asked, *, away: bool) -> Sight:
    present = asked.visitor
    before = number(asked.query.get("before", ""))
    found = reading.inbox(reader, present.actor, away=away, before=before, limit=PAGE + 1)
    shown = found[:PAGE]
    return Sight(
        "messages/away.html" if away else "messages/inbox.html",
        {
            "threads": shown,
            "older": shown[-1].last if len(found) > PAGE else None,
            "has_several": len(present.actor.accounts) > 1,
            "keeps_peace": present.actor.may_somewhere(Permission.KEEP_PEACE),
        },
    )


def blank(reader: Reader, asked: Asked) -> Sight:
    """Show a form to write to somebody; who has written before goes on there."""
    given = asked.form.values or asked.query
    listing = number(given.get("listing", ""))
    present, to = asked.visitor, given.get("to", "")
    seen = None
    if listing is not None:
        seen = finding.show(reader, present.actor, listing, now=asked.now)
        to = seen.owner
    if not to:
        raise web.HTTPSeeOther(PEOPLE)
    met = reading.with_whom(
        reader, present.actor, present.account.number, to, now=asked.now
    )
    if met.conversation is not None and seen is None and not asked.form.values:
        raise web.HTTPSeeOther(f"{MESSAGES}/{met.conversation}")
    return Sight(
        "messages/new.html",
        {"whom": met.whom, "before": met.conversation, "listing": seen},
    )


async def begin(asking: Asking) -> web.StreamResponse:
    form = asking.form
    form.required("text")
    if not form.errors:
        with form.checking():
            conversation = await asking.do(_begin)
            return asking.go(f"{MESSAGES}/{conversation}", note="message-sent")
    return await asking.show(blank)


async def open_one(asking: Asking) -> web.StreamResponse:
    """Show a conversation; what was new in it has been read by that."""
    wanted = number_of(asking.request.match_info["id"])
    _, is_new = await asking.look(
        lambda reader, asked: reading.is_unread(reader, asked.visitor.actor, wanted)
    )
    if is_new:
        await asking.write(reading.mark_read, wanted, now=asking.now)
    return await asking.open(show)


def show(reader: Reader, asked: Asked) -> Sight:
    present = asked.visitor
    before = number(asked.query.get("before", ""))
    found = reading.conversation(
        reader, present.actor, number_of(asked.path["id"]), before=before
    )
    return Sight(
        "messages/conversation.html",
        {
            "talk": found,
            "is_past": before is not None,
            "has_several": len(present.actor.accounts) > 1,
        },
    )


async def act(asking: Asking) -> web.StreamResponse:
    """Answer in a conversation, or do what a button beside it says."""
    form, conversation = asking.form, number_of(asking.request.match_info["id"])
    place = f"{MESSAGES}/{conversation}"
    if form.has("wish"):
        return await _wish(asking, conversation, form.value("wish"))
    message = number(form.value("withdraw"))
    if message is not None:
        with form.checking("text"):
            await asking.write(keeping.withdraw, conversation, message, now=asking.now)
            return asking.go(f"{place}#newest", note="message-withdrawn")
        return await asking.show(show)
    form.required("text")
    if not form.errors:
        with form.checking():
            await asking.write(writing.reply, conversation, _draft(form), now=asking.now)
            return asking.go(f"{place}#newest")
    return await asking.show(show)


async def _wish(asking: Asking, conversation: int, wish: str) -> web.StreamResponse:
    """Take no more messages of a conversation, or put it away, or the other way round."""
    place, now = f"{MESSAGES}/{conversation}", asking.now
    if wish in {"away", "back"}:
        away = wish == "away"
        await asking.write(keeping.set_away, conversation, away=away, now=now)
        return asking.go(MESSAGES, note="messages-away" if away else "messages-back")
    blocked = wish == "block"
    await asking.write(meeting.set_blocked, conversation, blocked=blocked, now=now)
    return asking.go(place, note="messages-blocked" if blocked else "messages-taken")


def _begin(writer: Writer, asked: Asked) -> int:
    form, present = asked.form, asked.visitor
    draft, to = _draft(form), form.value("to")
    if draft.listing is not None:
        to = finding.show(writer, present.actor, draft.listing, now=asked.now).owner
    own = present.account.number
    return writing.begin(writer, present.actor, own, to, draft, now=asked.now)


def _draft(form: Form) -> Draft:
    return Draft(
        id=form.id,
        text=form.value("text"),
        listing=number(form.value("listing")),
        named=form.has("named"),
    )
