"""/newsletters: drafted, looked at, sent; and read by whom they were sent to."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

from aiohttp import web

from cesnode.community.news import MOST_FILES, Way
from cesnode.errors import FieldMissing
from cesnode.services.market import keeping
from cesnode.services.news import archive, circles, enclosing, writing
from cesnode.services.news.circles import Meant
from cesnode.services.news.writing import Draft
from cesnode.store import Reader, categories, media, members
from cesnode.store.newsletters import Attachment, Circle
from cesnode.web.addresses import number
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.forms import Form
from cesnode.web.hearing.announcements import may_keep
from cesnode.web.hearing.choices import area, numbered, page_of, places
from cesnode.web.keys import STORE
from cesnode.web.security import HEADERS
from cesnode.web.site import NEWSLETTERS
from cesnode.web.uploads import AT_ONCE

FILE = "file"


def show_all(reader: Reader, asked: Asked) -> Sight:
    actor, page, keeps = asked.visitor.actor, page_of(asked.query), may_keep(asked)
    drafts, sent = archive.written(reader, actor, page=page) if keeps else ((), ())
    received = archive.received(reader, actor, page=page)
    return Sight(
        "hearing/newsletters.html",
        {
            "drafts": drafts,
            "sent": sent,
            "received": received,
            "keeps": keeps,
            "page": page,
            "has_more": archive.PAGE in {len(drafts) + len(sent), len(received)},
        },
    )


def show(reader: Reader, asked: Asked) -> Sight:
    sent = archive.read(reader, asked.visitor.actor, numbered(asked.path["id"]))
    return Sight("hearing/newsletter.html", {"sent": sent})


def new(reader: Reader, asked: Asked) -> Sight:
    return _sheet(reader, asked, Draft(title="", text=""))


async def draft(asking: Asking) -> web.StreamResponse:
    wanted = _draft(asking.form)
    if not asking.form.errors:
        with asking.form.checking():
            made = await asking.write(
                writing.draft, wanted, id=asking.form.id, now=asking.now
            )
            return asking.go(f"{NEWSLETTERS}/{made.id}/draft", note="newsletter-kept")
    return await asking.show(new)


def edit(reader: Reader, asked: Asked) -> Sight:
    serial = numbered(asked.path["id"])
    found = writing.preview(reader, asked.visitor.actor, serial, now=asked.now)
    made = found.newsletter
    meant = circles.said(asked.exchange, made.circle)
    said = Draft(title=made.title, text=made.text, meant=meant)
    return _sheet(reader, asked, said, serial=serial)


async def rewrite(asking: Asking) -> web.StreamResponse:
    serial, wanted = numbered(asking.request.match_info["id"]), _draft(asking.form)
    if not asking.form.errors:
        with asking.form.checking():
            await asking.write(writing.rewrite, serial, wanted, now=asking.now)
            return asking.go(f"{NEWSLETTERS}/{serial}/draft", note="newsletter-kept")
    return await asking.show(edit)


def preview(reader: Reader, asked: Asked) -> Sight:
    serial = numbered(asked.path["id"])
    found = writing.preview(reader, asked.visitor.actor, serial, now=asked.now)
    circle = found.newsletter.circle
    return Sight(
        "hearing/draft.html",
        {
            "newsletter": found.newsletter,
            "counts": {way: found.readers.count(way) for way in Way},
            "count": len(found.readers.ways),
            "circle": _named(reader, circle),
            "room": MOST_FILES - len(found.newsletter.files),
            "accepted": ",".join(enclosing.ACCEPTED),
        },
    )


async def act(asking: Asking) -> web.StreamResponse:
    """Send a draft, throw it away, or let files go along with it or not."""
    form, serial = asking.form, numbered(asking.request.match_info["id"])
    with form.checking(FILE if FILE in form.files else None):
        if form.has("send"):
            await asking.write(writing.send, serial, now=asking.now)
            return asking.go(f"{NEWSLETTERS}/{serial}", note="newsletter-sent")
        if form.has("throw"):
            await asking.write(writing.throw_away, serial)
            return asking.go(NEWSLETTERS, note="newsletter-gone")
        await _enclose(asking, serial)
        return asking.go(f"{NEWSLETTERS}/{serial}/draft", note="newsletter-files")
    return await asking.show(preview)


def letters(reader: Reader, asked: Asked) -> Sight:
    actor, serial = asked.visitor.actor, numbered(asked.path["id"])
    return Sight(
        "hearing/letters.html",
        {
            "papers": archive.on_paper(reader, actor, serial, now=asked.now),
            "newsletter": archive.read(reader, actor, serial).newsletter,
        },
    )


async def send_file(asking: Asking) -> web.StreamResponse:
    """Send a file that went along; a browser keeps it and never opens it as a page."""
    place = asking.request.match_info
    serial, position = numbered(place["id"]), numbered(place["position"])
    _, file = await asking.look(
        lambda reader, asked: archive.enclosed(
            reader, asked.visitor.actor, serial, position
        )
    )
    path = media.paper(asking.request.app[STORE].folder, file.file)
    if path is None:
        raise web.HTTPNotFound
    headers = {
        **HEADERS,
        "Cache-Control": "no-store",
        "Content-Type": file.media_type,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
    }
    return web.FileResponse(path, headers=headers)


async def _enclose(asking: Asking, serial: int) -> None:
    """Add the file that was sent, or take one away."""
    form = asking.form
    _, found = await asking.look(
        lambda reader, asked: writing.preview(
            reader, asked.visitor.actor, serial, now=asked.now
        )
    )
    known = found.newsletter.files
    if form.has("remove"):
        gone = numbered(form.value("remove"))
        kept = (*known[: gone - 1], *known[gone:]) if 0 < gone <= len(known) else known
    else:
        kept = (*known, await _received(asking))
    await asking.write(writing.enclose, serial, kept)


async def _received(asking: Asking) -> Attachment:
    content = asking.form.files.get(FILE, b"")
    if not content:
        raise FieldMissing(field=FILE)
    name, folder = asking.form.called[FILE], asking.request.app[STORE].folder

    def keep() -> Attachment:
        paper = enclosing.suitable(name, content)
        file = media.save_paper(folder, paper.content)
        size = len(paper.content)
        return Attachment(
            name=paper.name, media_type=paper.media_type, file=file, size=size
        )

    async with AT_ONCE:
        return await asyncio.to_thread(keep)


def _named(reader: Reader, circle: Circle) -> dict[str, object]:
    """Say whom a newsletter is for, by names instead of numbers."""
    category = categories.find(reader, circle.category) if circle.category else None
    return {
        "area": members.area_name(reader, circle.area),
        "category": category.name if category else None,
        "idle_since": circle.idle_since,
        "least": circle.least,
        "most": circle.most,
    }


def _sheet(
    reader: Reader, asked: Asked, said: Draft, *, serial: int | None = None
) -> Sight:
    return Sight(
        "hearing/write.html",
        {
            "draft": said,
            "serial": serial,
            "categories": keeping.tree(reader),
            **places(reader, asked),
        },
    )


def _draft(form: Form) -> Draft:
    return Draft(
        title=form.required("title"),
        text=form.required("text"),
        meant=Meant(
            area=area(form),
            category=number(form.value("category")),
            idle_since=form.value("idle_since"),
            least=form.value("least"),
            most=form.value("most"),
        ),
    )
