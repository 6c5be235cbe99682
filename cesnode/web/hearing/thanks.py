"""/trades/{ref}/thanks and /thanks/{id}: a thank-you said, answered, hidden, taken down."""

from __future__ import annotations

from aiohttp import web

from cesnode.services import story
from cesnode.services.news import thanking
from cesnode.store import Reader
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.hearing.choices import numbered
from cesnode.web.site import HOME, THANKS, TRADES


def ask(reader: Reader, asked: Asked) -> Sight:
    ref, actor = asked.path["ref"], asked.visitor.actor
    told = story.story(reader, actor, ref, now=asked.now)
    said = thanking.of_trade(reader, actor, ref)
    buys = actor.owns(told.trade.buyer)
    name = told.parties.seller_name if buys else told.parties.buyer_name
    return Sight(
        "hearing/thank.html",
        {
            "trade": told.trade,
            "name": told.trade.other or name,
            "may_say": said.may_say,
            "is_abroad": told.abroad is not None,
        },
    )


async def say(asking: Asking) -> web.StreamResponse:
    form, ref = asking.form, asking.request.match_info["ref"]
    text = form.required("words")
    if not form.errors:
        with form.checking():
            await asking.write(thanking.say, ref, text, id=form.id, now=asking.now)
            return asking.go(f"{TRADES}/{ref}", note="thanks-said")
    return await asking.show(ask)


def show(reader: Reader, asked: Asked) -> Sight:
    said = thanking.one(reader, asked.visitor.actor, numbered(asked.path["id"]))
    return Sight("hearing/thanks.html", {"said": said})


async def act(asking: Asking) -> web.StreamResponse:
    """Answer, hide, show again or take down; each leads back to where it stands."""
    form, number = asking.form, numbered(asking.request.match_info["id"])
    with form.checking():
        if form.has("remove"):
            reason = form.value("reason")
            await asking.write(thanking.remove, number, reason=reason, now=asking.now)
            return asking.go(HOME, note="thanks-gone")
        if form.has("hide") or form.has("show"):
            hidden = form.has("hide")
            await asking.write(thanking.hide, number, hidden=hidden)
            note = "thanks-hidden" if hidden else "thanks-shown"
            return asking.go(f"{THANKS}/{number}", note=note)
        answer = form.value("answer")
        await asking.write(thanking.answer, number, answer, now=asking.now)
        return asking.go(f"{THANKS}/{number}", note="thanks-answered")
    return await asking.show(show)
