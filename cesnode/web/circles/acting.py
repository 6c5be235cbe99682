"""What is done about set-offs: taking part, asking, proposing; agreeing, or not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from aiohttp import web

from cesnode.community.roles import Actor
from cesnode.services.clearing.here import Here, here_of
from cesnode.services.clearing.setoffs import (
    agreeing,
    consenting,
    coordinating,
    deciding,
)
from cesnode.store import Writer, exchanges
from cesnode.store.setoffs import Setoff
from cesnode.web.asking import Asked, Asking
from cesnode.web.circles import showing
from cesnode.web.forms import WHOLE
from cesnode.web.keys import KEY
from cesnode.web.site import CIRCLES

Answer = Callable[[Writer, Here, Actor, str, str, int], Setoff]

_ANSWERS: Mapping[str, Answer] = MappingProxyType(
    {
        "agree": lambda w, here, a, one, _, now: agreeing.agree(w, here, a, one, now=now),
        "decline": lambda w, here, a, one, why, now: agreeing.decline(
            w, here, a, one, why=why, now=now
        ),
        "withdraw": lambda w, here, a, one, why, now: coordinating.withdraw(
            w, here, a, one, why=why, now=now
        ),
        "force": lambda w, _, a, one, why, now: agreeing.force(
            w, a, one, reason=why, now=now
        ),
        "honour": lambda w, here, a, one, _, now: deciding.honour(w, here, a, one, now=now),
    }
)
_IN_WORDS = frozenset({"decline", "withdraw", "force"})
_SWITCH: Mapping[str, bool] = MappingProxyType({"join": True, "leave": False})


async def begin(asking: Asking) -> web.StreamResponse:
    """Take part or not, ask the neighbours what they owe, or propose a circle."""
    form, deed, now = asking.form, asking.form.value("deed"), asking.now
    with form.checking(WHOLE):
        if deed in _SWITCH:
            await asking.write(consenting.allow, takes_part=_SWITCH[deed], now=now)
            return asking.go(CIRCLES, note=f"circle-{deed}")
        if deed == "ask":
            await asking.do(lambda writer, _: _ask(writer, _here(asking, writer), now))
            return asking.go(CIRCLES, note="circle-ask")
        setoff = await asking.do(lambda writer, asked: _propose(asking, writer, asked))
        return asking.go(f"{CIRCLES}/{setoff.id}", note="circle-propose")
    return await asking.show(showing.every)


async def answer(asking: Asking) -> web.StreamResponse:
    """Agree or not; call off what we proposed; give up what nobody decides."""
    name, deed = asking.request.match_info["id"], asking.form.value("deed")
    serve = _ANSWERS.get(deed)
    if serve is None:
        return await asking.show(showing.one)

    def work(writer: Writer, asked: Asked) -> Setoff:
        here, actor = _here(asking, writer), asked.visitor.actor
        return serve(writer, here, actor, name, asking.form.value("why"), asking.now)

    with asking.form.checking("why" if deed in _IN_WORDS else WHOLE):
        await asking.do(work)
        return asking.go(f"{CIRCLES}/{name}", note=f"circle-{deed}")
    return await asking.show(showing.one)


def _ask(writer: Writer, here: Here, now: int) -> None:
    consenting.require_part(writer)
    consenting.ask(writer, here, now=now)


def _propose(asking: Asking, writer: Writer, asked: Asked) -> Setoff:
    key, actor = asking.form.value("circle"), asked.visitor.actor
    here = _here(asking, writer)
    return coordinating.propose(writer, here, actor, key, now=asking.now)


def _here(asking: Asking, writer: Writer) -> Here:
    return here_of(exchanges.load(writer, asking.now), asking.request.app[KEY])
