"""What the buttons of a group's pages do: coming and going, answering, taking away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from types import MappingProxyType

from aiohttp import web

from cesnode.community.groups import INSIDE, Seat
from cesnode.services.groups import keeping, seating, telling
from cesnode.services.guests import receiving
from cesnode.store import Writer
from cesnode.web.addresses import number
from cesnode.web.asking import Asked, Asking
from cesnode.web.groups import showing
from cesnode.web.groups.showing import group_of, notice_of
from cesnode.web.site import GROUPS


async def come_or_go(asking: Asking) -> web.StreamResponse:
    """Join, ask to, or leave; say yes or no to an invitation."""
    group = group_of(asking.request.match_info["id"])
    place = f"{GROUPS}/{group}"
    with asking.form.checking():
        match asking.form.value("wish"):
            case "join":
                seat = await asking.do(partial(_knock, group))
                note = "group-joined" if seat in INSIDE else "group-asked"
                return asking.go(place, note=note)
            case "leave":
                await asking.write(seating.leave, group, now=asking.now)
                return asking.go(GROUPS, note="group-left")
            case "step-down":
                await asking.write(seating.step_down, group, now=asking.now)
                return asking.go(place, note="group-stepped-down")
            case _:
                return asking.go(place)
    return await asking.show(showing.one)


def _knock(group: int, writer: Writer, asked: Asked) -> Seat:
    """Come in as who is signed in, known elsewhere by the account that they chose."""
    visitor = asked.visitor
    number = visitor.account.number
    return seating.knock(writer, visitor.actor, group, number, now=asked.now)


async def seat(asking: Asking) -> web.StreamResponse:
    """Do with somebody what a steward wishes, or invite somebody."""
    group = group_of(asking.request.match_info["id"])
    place = asking.request.path
    wish, form = asking.form.value("wish"), asking.form
    if wish == "invite":
        who = form.required("who")
        if not form.errors:
            with form.checking():
                await asking.write(seating.invite, group, who, now=asking.now)
                return asking.go(place, note="group-invited")
    elif wish in _WISHES:
        note, act = _WISHES[wish]
        with form.checking():
            await act(asking, group, number(form.value("member")) or 0)
            return asking.go(place, note=note)
    elif wish in _OF_GUESTS:
        note, decide = _OF_GUESTS[wish]
        with form.checking():
            await decide(asking, group, number(form.value("guest")) or 0)
            return asking.go(place, note=note)
    return await asking.show(showing.people)


async def _welcome(asking: Asking, group: int, member: int) -> None:
    await asking.write(seating.answer, group, member, welcome=True, now=asking.now)


async def _decline(asking: Asking, group: int, member: int) -> None:
    await asking.write(seating.answer, group, member, welcome=False, now=asking.now)


async def _remove(asking: Asking, group: int, member: int) -> None:
    await asking.write(seating.remove, group, member, now=asking.now)


async def _appoint(asking: Asking, group: int, member: int) -> None:
    await asking.write(seating.appoint, group, member, now=asking.now)


_WISHES: Mapping[str, tuple[str, Callable[[Asking, int, int], Awaitable[None]]]] = (
    MappingProxyType(
        {
            "welcome": ("group-let-in", _welcome),
            "decline": ("group-declined", _decline),
            "remove": ("group-removed", _remove),
            "appoint": ("group-steward", _appoint),
        }
    )
)
"""What a steward may wish about somebody, and what is said when it is done."""


async def _welcome_guest(asking: Asking, group: int, guest: int) -> None:
    await asking.write(receiving.answer, group, guest, welcome=True, now=asking.now)


async def _decline_guest(asking: Asking, group: int, guest: int) -> None:
    await asking.write(receiving.answer, group, guest, welcome=False, now=asking.now)


async def _remove_guest(asking: Asking, group: int, guest: int) -> None:
    await asking.write(receiving.remove, group, guest, now=asking.now)


_OF_GUESTS: Mapping[str, tuple[str, Callable[[Asking, int, int], Awaitable[None]]]] = (
    MappingProxyType(
        {
            "welcome-guest": ("group-let-in", _welcome_guest),
            "decline-guest": ("group-declined", _decline_guest),
            "remove-guest": ("group-removed", _remove_guest),
        }
    )
)
"""The same about somebody of another exchange."""


async def reply(asking: Asking) -> web.StreamResponse:
    """Reply to a notice, or take away what was written."""
    group = group_of(asking.request.match_info["id"])
    notice = notice_of(asking.request.match_info["notice"])
    form, place = asking.form, asking.request.path
    gone = number(form.value("remove"))
    with form.checking():
        if gone is not None:
            await asking.write(telling.remove, group, gone, now=asking.now)
            is_whole = gone == notice
            where = f"{GROUPS}/{group}" if is_whole else place
            return asking.go(where, note="group-taken-away")
        said = form.value("body")
        written = await asking.write(
            telling.reply, group, notice, said, id=form.id, now=asking.now
        )
        note = "group-sent" if written is None else "group-replied"
        return asking.go(place, note=note)
    return await asking.show(showing.thread)


async def dissolve(asking: Asking) -> web.StreamResponse:
    group = group_of(asking.request.match_info["id"])
    await asking.write(keeping.dissolve, group, now=asking.now)
    return asking.go(GROUPS, note="group-dissolved")
