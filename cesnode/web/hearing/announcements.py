"""/announcements: what the exchange announces, on its page and on everybody's Home."""

from __future__ import annotations

from aiohttp import web

from cesnode.services.news import announcing
from cesnode.services.news.announcing import Draft
from cesnode.store import Reader
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.forms import Form
from cesnode.web.hearing.choices import area, audience, numbered, page_of, places
from cesnode.web.site import ANNOUNCEMENTS, HOME


def show_all(reader: Reader, asked: Asked) -> Sight:
    actor = asked.present.actor if asked.present else None
    page, now = page_of(asked.query), asked.now
    return Sight(
        "hearing/announcements.html",
        {
            "current": announcing.current(reader, actor, now=now) if page == 1 else (),
            "to_come": announcing.to_come(reader, actor, now=now) if actor else (),
            "earlier": announcing.earlier(reader, actor, page=page, now=now),
            "page": page,
            "keeps": may_keep(asked),
        },
    )


def show(reader: Reader, asked: Asked) -> Sight:
    actor = asked.present.actor if asked.present else None
    told = announcing.one(reader, actor, numbered(asked.path["id"]), now=asked.now)
    return Sight("hearing/announcement.html", {"told": told})


async def act(asking: Asking) -> web.StreamResponse:
    """Put one away that was read, or take one back."""
    number = numbered(asking.request.match_info["id"])
    if asking.form.has("withdraw"):
        await asking.write(announcing.withdraw, number, now=asking.now)
        return asking.go(ANNOUNCEMENTS, note="announcement-gone")
    await asking.write(announcing.put_away, number, now=asking.now)
    return asking.go(HOME)


def new(reader: Reader, asked: Asked) -> Sight:
    return _sheet(reader, asked, Draft(title="", text=""))


async def publish(asking: Asking) -> web.StreamResponse:
    draft = _draft(asking.form)
    if not asking.form.errors:
        with asking.form.checking():
            made = await asking.write(
                announcing.publish, draft, id=asking.form.id, now=asking.now
            )
            return asking.go(f"{ANNOUNCEMENTS}/{made.id}", note="announcement-made")
    return await asking.show(new)


def edit(reader: Reader, asked: Asked) -> Sight:
    number = numbered(asked.path["id"])
    said = announcing.kept(reader, asked.visitor.actor, number)
    return _sheet(
        reader,
        asked,
        Draft(
            title=said.title,
            text=said.text,
            since=said.shown_from,
            until=said.shown_until,
            audience=said.audience,
            area=said.area,
        ),
        number=number,
    )


async def rewrite(asking: Asking) -> web.StreamResponse:
    number, draft = numbered(asking.request.match_info["id"]), _draft(asking.form)
    if not asking.form.errors:
        with asking.form.checking():
            await asking.write(announcing.rewrite, number, draft, now=asking.now)
            return asking.go(f"{ANNOUNCEMENTS}/{number}", note="announcement-changed")
    return await asking.show(edit)


def may_keep(asked: Asked) -> bool:
    """Whether who looks at a page may write what is on it, somewhere at least."""
    return asked.present is not None and asked.present.actor.may_somewhere(
        announcing.KEEPING
    )


def _sheet(
    reader: Reader, asked: Asked, draft: Draft, *, number: int | None = None
) -> Sight:
    values = {"draft": draft, "number": number, **places(reader, asked)}
    return Sight("hearing/announce.html", values)


def _draft(form: Form) -> Draft:
    return Draft(
        title=form.required("title"),
        text=form.required("text"),
        since=form.value("since"),
        until=form.value("until"),
        audience=audience(form),
        area=area(form),
    )
