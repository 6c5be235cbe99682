"""/me/leave: closing one's account."""

from __future__ import annotations

from aiohttp import web

from cesnode.services import parting
from cesnode.store import Reader, Writer
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.site import SIGN_IN


def show(reader: Reader, asked: Asked) -> Sight:
    present = asked.visitor
    found = parting.look(reader, present.actor, present.account.number, now=asked.now)
    return Sight("me/leave.html", {"parting": found})


async def leave(asking: Asking) -> web.StreamResponse:
    """Close the account that is acted for: its number is sent along, and must be that."""
    form = asking.form
    number = form.required("number")

    def work(writer: Writer, asked: Asked) -> None:
        parting.leave(
            writer,
            asked.visitor.actor,
            number,
            give=form.has("give"),
            erase=form.has("erase"),
            now=asked.now,
        )

    if not form.errors:
        with form.checking():
            await asking.do(work)
            return asking.go(SIGN_IN, note="left")
    return await asking.show(show)
