"""/me/email, /me/name and /address/SECRET: where letters go, and what one is called."""

from __future__ import annotations

from aiohttp import web

from cesnode.services import mailing, readdressing
from cesnode.store import Reader, Writer
from cesnode.web import callers
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.site import EMAIL, ME, SIGN_IN


def email(reader: Reader, asked: Asked) -> Sight:
    """Show where letters go, and an address that is still to be shown to be one's own."""
    pending = readdressing.asked(reader, asked.visitor.actor, now=asked.now)
    values = {"pending": pending, "is_mailed": mailing.is_on(reader)}
    return Sight("me/email.html", values)


async def ask(asking: Asking) -> web.StreamResponse:
    wanted = asking.form.required("email")
    if not asking.form.errors:
        with asking.form.checking():
            await asking.write(
                readdressing.ask,
                wanted,
                address=callers.address(asking.request),
                now=asking.now,
            )
            return asking.go(EMAIL, note="address-asked")
    return await asking.show(email)


def answer(reader: Reader, asked: Asked) -> Sight:
    """Ask who followed the link of a letter whether it was they who asked for it."""
    found = readdressing.find(reader, asked.path["secret"], now=asked.now)
    return Sight("me/address.html", {"email": found}, secret=True)


async def prove(asking: Asking) -> web.StreamResponse:
    secret = asking.request.match_info["secret"]

    asked, _ = await asking.look(
        lambda reader, asked: readdressing.find(reader, secret, now=asked.now)
    )
    await asking.do(lambda writer, then: readdressing.prove(writer, secret, now=then.now))
    return asking.go(EMAIL if asked.present else SIGN_IN, note="address-proven")


def name(_reader: Reader, _asked: Asked) -> Sight:
    return Sight("me/name.html")


def _rename(writer: Writer, asked: Asked, wanted: str) -> None:
    present = asked.visitor
    readdressing.rename(writer, present.actor, present.account, wanted, now=asked.now)


async def rename(asking: Asking) -> web.StreamResponse:
    wanted = asking.form.required("name")
    if not asking.form.errors:
        with asking.form.checking():
            await asking.do(lambda writer, asked: _rename(writer, asked, wanted))
            return asking.go(ME, note="name-kept")
    return await asking.show(name)
