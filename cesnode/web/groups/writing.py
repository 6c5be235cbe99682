"""/groups/new, /edit, /picture and /write: what a group is, and what is said in it."""

from __future__ import annotations

from aiohttp import web

from cesnode.community.groups import NOTICES, Door, Reach, Voice
from cesnode.errors import N_, NotAllowed
from cesnode.services.groups import keeping, places, showing, telling
from cesnode.services.groups.keeping import Charter
from cesnode.services.market import publishing
from cesnode.store import Reader
from cesnode.store.groups import Group
from cesnode.web import uploads
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.forms import Form
from cesnode.web.groups.showing import group_of
from cesnode.web.site import GROUPS


def new(reader: Reader, _asked: Asked) -> Sight:
    return _charter_page(reader, None, Charter(name=""))


async def found(asking: Asking) -> web.StreamResponse:
    charter = _charter(asking.form)
    if not asking.form.errors:
        with asking.form.checking():
            made = await asking.write(
                keeping.found, charter, id=asking.form.id, now=asking.now
            )
            return asking.go(f"{GROUPS}/{made.id}", note="group-founded")
    return await asking.show(new)


def edit(reader: Reader, asked: Asked) -> Sight:
    place = places.lead(reader, asked.visitor.actor, group_of(asked.path["id"]))
    group = place.group
    charter = Charter(
        name=group.name,
        about=group.about,
        door=group.door,
        voice=group.voice,
        reach=group.reach,
    )
    return _charter_page(reader, group, charter)


def _charter_page(reader: Reader, group: Group | None, charter: Charter) -> Sight:
    return Sight(
        "groups/charter.html",
        {"group": group, "charter": charter, "neighbours": showing.neighbours(reader)},
    )


async def change(asking: Asking) -> web.StreamResponse:
    group = group_of(asking.request.match_info["id"])
    charter = _charter(asking.form)
    if not asking.form.errors:
        with asking.form.checking():
            await asking.write(keeping.change, group, charter, now=asking.now)
            return asking.go(f"{GROUPS}/{group}", note="group-kept")
    return await asking.show(edit)


def picture(reader: Reader, asked: Asked) -> Sight:
    place = places.lead(reader, asked.visitor.actor, group_of(asked.path["id"]))
    return Sight("groups/picture.html", {"group": place.group})


async def keep_picture(asking: Asking) -> web.StreamResponse:
    """Keep a picture in place of the one before, or take that one away."""
    group, form = group_of(asking.request.match_info["id"]), asking.form
    place = asking.request.path
    if form.has("remove"):
        await asking.write(keeping.set_picture, group, None, now=asking.now)
        return asking.go(place, note="group-picture-gone")
    await asking.look(picture)  # Whoever may not change it sends no file for nothing.
    with form.checking(uploads.FIELD):
        prepared, small, large = await uploads.received(asking)
        shown = publishing.filed(prepared, small, large, form.value("words"))
        await asking.write(keeping.set_picture, group, shown, now=asking.now)
        return asking.go(place, note="group-picture-kept")
    return await asking.show(picture)


def notice(reader: Reader, asked: Asked) -> Sight:
    place = places.enter(reader, asked.visitor.actor, group_of(asked.path["id"]))
    if not place.may_write:
        raise NotAllowed(permission=N_("write notices in this group"))
    return Sight("groups/write.html", {"group": place.group})


async def write(asking: Asking) -> web.StreamResponse:
    group, form = group_of(asking.request.match_info["id"]), asking.form
    title = form.required("title")
    if not form.errors:
        with form.checking():
            written = await asking.write(
                telling.write,
                group,
                title,
                form.value("body"),
                id=form.id,
                now=asking.now,
            )
            if written is None:
                return asking.go(f"{GROUPS}/{group}", note="group-sent")
            place = f"{GROUPS}/{group}/{NOTICES}/{written.id}"
            return asking.go(place, note="group-written")
    return await asking.show(notice)


def _charter(form: Form) -> Charter:
    form.required("name")
    door, voice, reach = form.value("door"), form.value("voice"), form.value("reach")
    return Charter(
        name=form.value("name"),
        about=form.value("about"),
        door=Door(door) if door in set(Door) else Door.OPEN,
        voice=Voice(voice) if voice in set(Voice) else Voice.MEMBERS,
        reach=Reach(reach) if reach in set(Reach) else Reach.HERE,
    )
