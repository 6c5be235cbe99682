"""The second step: setting it up, taking it, its recovery codes, ending it."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import web
from nacl.secret import SecretBox

from cesnode.services import second_step, sessions
from cesnode.store import Reader, Writer
from cesnode.store.sessions import Session
from cesnode.web import callers, cookies
from cesnode.web.asking import Asked, Asking, Sight, View
from cesnode.web.keys import VAULT
from cesnode.web.pictures import qr
from cesnode.web.site import ME, SECOND_STEP, SIGN_IN


def code(_reader: Reader, _asked: Asked) -> Sight:
    return Sight("signing/code.html")


async def take(asking: Asking) -> web.StreamResponse:
    """Take the second step of who came with the right password."""
    form = asking.form
    said = form.required("code")
    if not form.errors:
        with form.checking():
            secret, asked = await _taken(asking, said)
            response = asking.go(asked.wanted)
            cookies.keep_session(response, asked.exchange, secret)
            return response
    return await asking.show(code)


async def look(asking: Asking) -> web.StreamResponse:
    return await asking.show(_seen_with(asking.request.app[VAULT]), HTTPStatus.OK)


def _seen_with(vault: SecretBox) -> View:
    """Show whether there is one; while it is being set up, what to tell the telephone."""

    def show(_reader: Reader, asked: Asked) -> Sight:
        present = asked.visitor
        if present.sign_in.has_totp or present.sign_in.totp is None:
            return Sight("me/second_step.html")
        offer = second_step.offer(present, asked.exchange, vault)
        values = {"text": offer.text, "picture": qr(offer.uri, asked.exchange.name)}
        return Sight("me/second_step_set_up.html", values, secret=True)

    return show


async def set_up(asking: Asking) -> web.StreamResponse:
    """Begin it, confirm it by a first code, or end it: as the button says."""
    form, vault = asking.form, asking.request.app[VAULT]
    match form.value("do"):
        case "begin":
            await asking.do(
                lambda writer, asked: second_step.begin(writer, asked.visitor, vault)
            )
            return asking.go(SECOND_STEP)
        case "end":
            await asking.do(
                lambda writer, asked: second_step.end(writer, asked.visitor, now=asked.now)
            )
            return asking.go(ME, note="second-step-off")
        case _:
            return await _confirmed(asking, form.required("code"))


def recovery(reader: Reader, asked: Asked) -> Sight:
    left = second_step.codes_left(reader, asked.visitor)
    return Sight("me/recovery.html", {"left": left})


async def renew(asking: Asking) -> web.StreamResponse:
    """Make new recovery codes and show them, this once."""
    codes = await asking.do(
        lambda writer, asked: second_step.new_recovery_codes(writer, asked.visitor)
    )
    return await _shown(asking, codes)


async def _confirmed(asking: Asking, said: str) -> web.StreamResponse:
    vault = asking.request.app[VAULT]

    def work(writer: Writer, asked: Asked) -> list[str]:
        return second_step.confirm(writer, asked.visitor, vault, said, now=asked.now)

    if not asking.form.errors:
        with asking.form.checking():
            return await _shown(asking, await asking.do(work))
    return await asking.show(_seen_with(vault))


async def _shown(asking: Asking, codes: list[str]) -> web.Response:
    """Show codes that are kept nowhere; no browser keeps the page either."""

    def view(_reader: Reader, _asked: Asked) -> Sight:
        return Sight("me/codes.html", {"codes": codes}, secret=True)

    asked, sight = await asking.look(view)
    return await asking.draw(asked, sight)


async def _taken(asking: Asking, said: str) -> tuple[str, Asked]:
    vault, address = asking.request.app[VAULT], callers.address(asking.request)

    def knock(writer: Writer, asked: Asked) -> None:
        session = _session(writer, asking, asked)
        second_step.knock(writer, session, address=address, now=asked.now)

    def pass_(writer: Writer, asked: Asked) -> tuple[str, Asked]:
        session = _session(writer, asking, asked)
        secret = second_step.pass_(writer, session, vault, said, now=asked.now)
        return secret, asked

    await asking.do(knock)
    return await asking.do(pass_)


def _session(reader: Reader, asking: Asking, asked: Asked) -> Session:
    """Return the session that waits for its second step.

    Raises:
        HTTPSeeOther: it waited too long; the password is asked for again.

    """
    secret = cookies.session(asking.request, asked.exchange)
    session = sessions.find(reader, secret, now=asked.now)
    if session is None:
        raise web.HTTPSeeOther(SIGN_IN)
    return session
