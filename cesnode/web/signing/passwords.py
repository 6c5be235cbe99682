"""A new password: by a mailed link, by a card, or by whoever knows the one before."""

from __future__ import annotations

from aiohttp import web

from cesnode.errors import NumberOrEmailMissing, PasswordMissing, PasswordsDiffer
from cesnode.services import access, admitting, identities, mailing
from cesnode.services.admitting import Spoken
from cesnode.services.signing_in import Entered
from cesnode.store import Reader, Writer
from cesnode.store.tickets import Ticket
from cesnode.web import callers
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.keys import HASHING
from cesnode.web.signing.coming_in import entered
from cesnode.web.site import FORGOTTEN, ME


def forgotten(reader: Reader, asked: Asked) -> Sight:
    values = {"is_on": mailing.is_on(reader), "is_sent": "sent" in asked.query}
    return Sight("signing/forgotten.html", values)


async def send(asking: Asking) -> web.StreamResponse:
    """Mail a link, if there is whom to; a stranger is not told."""
    form = asking.form
    name = form.required("who", NumberOrEmailMissing)
    if not form.errors:
        with form.checking():
            await asking.do(
                lambda writer, asked: admitting.mail_link(
                    writer,
                    asked.exchange,
                    name,
                    address=callers.address(asking.request),
                    language=asked.language.code,
                    now=asked.now,
                )
            )
            return asking.go(f"{FORGOTTEN}?sent")
    return await asking.show(forgotten)


def card(_reader: Reader, _asked: Asked) -> Sight:
    return Sight("signing/card.html")


async def speak(asking: Asking) -> web.StreamResponse:
    """Compare the words of a card; they lead to where its picture does."""
    form = asking.form
    number, words = form.required("who"), form.required("words")
    if not form.errors:
        with form.checking():
            return asking.go(admitting.CARD_LINK + await _exchanged(asking, number, words))
    return await asking.show(card)


async def _exchanged(asking: Asking, number: str, words: str) -> str:
    def speak_(writer: Writer, asked: Asked) -> Spoken:
        address = callers.address(asking.request)
        return admitting.speak(
            writer, asked.exchange, number, words, address=address, now=asked.now
        )

    spoken = await asking.do(speak_)
    ticket: Ticket | None = await asking.request.app[HASHING].run(spoken.matching)
    return await asking.do(
        lambda writer, asked: admitting.exchange_words(writer, ticket, now=asked.now)
    )


def set_first(reader: Reader, asked: Asked) -> Sight:
    """Show the form that a ticket leads to; the ticket is used up when it is sent."""
    ticket = admitting.find(reader, asked.path["secret"], now=asked.now)
    name = admitting.known_as(reader, ticket)
    return Sight("signing/new_password.html", {"name": name}, secret=True)


async def use(asking: Asking) -> web.StreamResponse:
    hashed = await _new(asking)
    if hashed is None:
        return await asking.show(set_first)
    device = asking.request.headers.get("User-Agent", "")
    secret = asking.request.match_info["secret"]

    def work(writer: Writer, asked: Asked) -> Entered:
        return admitting.use(writer, secret, hashed, device=device, now=asked.now)

    return await entered(asking, await asking.do(work))


def change(_reader: Reader, _asked: Asked) -> Sight:
    return Sight("me/password.html")


async def keep(asking: Asking) -> web.StreamResponse:
    """Change the password of who is signed in, and lately showed who they are."""
    hashed = await _new(asking)
    if hashed is None:
        return await asking.show(change)

    def work(writer: Writer, asked: Asked) -> None:
        here = asked.visitor
        identities.change_password(
            writer, here.sign_in.id, hashed, but=here.session.id, now=asked.now
        )

    await asking.do(work)
    return asking.go(ME, note="password-kept")


async def _new(asking: Asking) -> str | None:
    """Return the hash of a new password that was typed twice; None keeps what is wrong."""
    form = asking.form
    first, again = form.required("password", PasswordMissing), form.required("again")
    if not form.errors and first != again:
        form.refuse("again", PasswordsDiffer())
    if form.errors:
        return None
    with form.checking("password"):
        return await asking.request.app[HASHING].run(access.hash_password, first)
    return None
