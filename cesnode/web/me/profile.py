"""/me/profile and /me/photo: what others may know, and a face to the name."""

from __future__ import annotations

from aiohttp import web

from cesnode.community.profiles import Audience, Contact, place_text
from cesnode.services import profiles
from cesnode.services.pictures import FACE
from cesnode.services.profiles import Told
from cesnode.store import Reader, Writer
from cesnode.store.pictures import Picture
from cesnode.web import uploads
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.forms import Form
from cesnode.web.site import ME, PHOTO

_AUDIENCE = "audience-"


def show(reader: Reader, asked: Asked) -> Sight:
    present, form = asked.visitor, asked.form
    known = profiles.own(reader, present.actor, present.member.id)
    return Sight(
        "me/profile.html",
        {
            "profile": known,
            "place": place_text(known.place),
            "audiences": {
                contact.value: form.value(_AUDIENCE + contact, known.audience(contact))
                for contact in Contact
            },
            "is_listed": form.has("listed") if form.values else known.listed,
        },
    )


async def change(asking: Asking) -> web.StreamResponse:
    told = _told(asking.form)

    def work(writer: Writer, asked: Asked) -> None:
        present = asked.visitor
        profiles.change(writer, present.actor, present.member.id, told, now=asked.now)

    with asking.form.checking():
        await asking.do(work)
        return asking.go(ME, note="profile-kept")
    return await asking.show(show)


def photo(reader: Reader, asked: Asked) -> Sight:
    present = asked.visitor
    known = profiles.own(reader, present.actor, present.member.id)
    return Sight("me/photo.html", {"photo": known.photo})


async def keep_photo(asking: Asking) -> web.StreamResponse:
    """Keep a photo in place of the one before, or take that one away."""
    if asking.form.has("remove"):
        await _set_photo(asking, None)
        return asking.go(PHOTO, note="photo-gone")
    with asking.form.checking(uploads.FIELD):
        prepared, face, large = await uploads.received(asking, small=FACE)
        await _set_photo(asking, profiles.filed(prepared, face, large))
        return asking.go(PHOTO, note="photo-kept")
    return await asking.show(photo)


async def _set_photo(asking: Asking, picture: Picture | None) -> None:
    def work(writer: Writer, asked: Asked) -> None:
        present = asked.visitor
        profiles.set_photo(writer, present.actor, present.member.id, picture, now=asked.now)

    await asking.do(work)


def _told(form: Form) -> Told:
    chosen = {contact: form.value(_AUDIENCE + contact) for contact in Contact}
    return Told(
        about=form.value("about"),
        phone=form.value("phone"),
        mobile=form.value("mobile"),
        address=form.value("address"),
        website=form.value("website"),
        place=form.value("place"),
        languages=form.value("languages"),
        absent_until=form.value("absent_until"),
        absence=form.value("absence"),
        listed=form.has("listed"),
        audiences={
            contact: Audience(audience)
            for contact, audience in chosen.items()
            if audience in set(Audience)
        },
    )
