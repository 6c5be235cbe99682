"""/me: what is one's own, the account one acts for, and the devices one is signed in on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from cesnode.community.roles import Permission
from cesnode.services import sessions as services
from cesnode.store import Reader, Writer, sessions, sign_ins
from cesnode.store.sessions import Session
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.devices import Device, recognise
from cesnode.web.site import DEVICES, ME


@dataclass(frozen=True, slots=True)
class Shown:
    """A device, and the session by which it can be signed out."""

    device: Device
    session: Session
    is_this: bool


def me(reader: Reader, asked: Asked) -> Sight:
    left = sign_ins.recovery_codes_left(reader, asked.visitor.sign_in.id)
    actor = asked.visitor.actor
    return Sight(
        "me/page.html",
        {
            "codes_left": left,
            "keeps_rules": actor.may_somewhere(Permission.SET_RULES),
            "keeps_peers": actor.may_somewhere(Permission.KEEP_PEERS),
            "keeps_members": actor.may(Permission.KEEP_MEMBERS),
        },
    )


def account(_reader: Reader, _asked: Asked) -> Sight:
    return Sight("me/account.html")


async def choose(asking: Asking) -> web.StreamResponse:
    """Act for another of one's accounts."""
    number = asking.form.required("account")
    if not asking.form.errors:
        with asking.form.checking():
            await asking.do(
                lambda writer, asked: services.choose(writer, asked.visitor, number)
            )
            return asking.go(ME, note="account-chosen")
    return await asking.show(account)


def devices(reader: Reader, asked: Asked) -> Sight:
    present = asked.visitor
    listed = sessions.of_sign_in(reader, present.sign_in.id, now=asked.now)
    shown: Sequence[Shown] = [
        Shown(recognise(one.device), one, one.id == present.session.id) for one in listed
    ]
    return Sight("me/devices.html", {"devices": shown})


async def end(asking: Asking) -> web.StreamResponse:
    """Sign out a device that was left somewhere, or all but this one."""
    if asking.form.has("others"):
        await asking.do(lambda writer, asked: services.end_others(writer, asked.visitor))
        return asking.go(DEVICES, note="devices-ended")
    number = asking.form.value("session")

    def work(writer: Writer, asked: Asked) -> None:
        wanted = int(number) if number.isascii() and number.isdigit() else 0
        services.end(writer, asked.visitor, wanted)

    with asking.form.checking():
        await asking.do(work)
        return asking.go(DEVICES, note="device-ended")
    return await asking.show(devices)
