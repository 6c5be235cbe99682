"""/sign-in, /sign-out, and /prove: showing once more who one is."""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web

from cesnode.community.exchange import Exchange
from cesnode.errors import NumberOrEmailMissing, PasswordMissing
from cesnode.services import sessions, signing_in
from cesnode.services.signing_in import Entered
from cesnode.store import Reader, Writer
from cesnode.store.sessions import Stage
from cesnode.web import callers, cookies
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.keys import HASHING
from cesnode.web.site import CODE, FRONT


def sign_in(_reader: Reader, asked: Asked) -> Sight:
    if asked.present is not None:
        raise web.HTTPSeeOther(asked.wanted)
    return Sight("signing/sign_in.html")


async def enter(asking: Asking) -> web.StreamResponse:
    """Compare a password, and open a session for whose it is."""
    form = asking.form
    name, password = (
        form.required("who", NumberOrEmailMissing),
        form.required("password", PasswordMissing),
    )
    if not form.errors:
        with form.checking():
            return await entered(asking, await _enter(asking, name, password))
    return await asking.show(sign_in)


async def leave(asking: Asking) -> web.StreamResponse:
    """End the session of this device."""

    def end(writer: Writer, asked: Asked) -> Exchange:
        if asked.present is not None:
            sessions.end(writer, asked.present, asked.present.session.id)
        return asked.exchange

    exchange = await asking.do(end)
    response = asking.go(FRONT, note="signed-out")
    cookies.forget_session(response, exchange)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def prove(_reader: Reader, _asked: Asked) -> Sight:
    return Sight("signing/prove.html")


async def show_again(asking: Asking) -> web.StreamResponse:
    """Compare the password of who is signed in already; the session goes on renewed."""
    form = asking.form
    password = form.required("password", PasswordMissing)
    if not form.errors:
        with form.checking():
            secret, asked = await _prove(asking, password)
            response = asking.go(asked.wanted)
            cookies.keep_session(response, asked.exchange, secret)
            return response
    return await asking.show(prove)


async def _enter(asking: Asking, name: str, password: str) -> Entered:
    candidates = await asking.do(
        lambda writer, asked: signing_in.knock(
            writer,
            asked.exchange,
            name,
            address=callers.address(asking.request),
            now=asked.now,
        )
    )
    person = await asking.request.app[HASHING].run(candidates.matching, password)

    def open_(writer: Writer, asked: Asked) -> Entered:
        if asked.present is not None:
            sessions.end(writer, asked.present, asked.present.session.id)
        device = asking.request.headers.get("User-Agent", "")
        return signing_in.enter(writer, candidates, person, device=device, now=asked.now)

    return await asking.do(open_)


async def _prove(asking: Asking, password: str) -> tuple[str, Asked]:
    """Return the secret that the session goes on under."""
    candidates = await asking.do(
        lambda writer, asked: signing_in.knock_again(
            writer, asked.visitor, address=callers.address(asking.request), now=asked.now
        )
    )
    person = await asking.request.app[HASHING].run(candidates.matching, password)

    def renew(writer: Writer, asked: Asked) -> tuple[str, Asked]:
        secret = signing_in.prove(
            writer, asked.visitor.session, candidates, person, now=asked.now
        )
        return secret, asked

    return await asking.do(renew)


async def entered(asking: Asking, by: Entered) -> web.StreamResponse:
    """Lead on whoever came in, or to their second step."""
    asked, _ = await asking.look(lambda *_: None)
    wanted = asked.wanted
    is_whole = by.stage is Stage.WHOLE
    response = asking.go(wanted if is_whole else f"{CODE}?next={quote(wanted)}")
    cookies.keep_session(response, asked.exchange, by.secret)
    return response
