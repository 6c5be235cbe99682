"""/applications: who would like to join, and what those who keep members do about it."""

from __future__ import annotations

from aiohttp import web

from cesnode.community.roles import Permission
from cesnode.errors import UnknownApplication
from cesnode.services import considering, joining
from cesnode.store import Reader
from cesnode.store.applications import State
from cesnode.web.addresses import number
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.routing import Page
from cesnode.web.site import APPLICATIONS

_SHOWN = (State.WAITING, State.APPROVED, State.DECLINED)
"""Whoever has not shown yet that the address is theirs asks nothing of anybody."""


def listed(reader: Reader, asked: Asked) -> Sight:
    """List who waits, or of whom it was decided."""
    wanted = asked.query.get("state", "")
    state = State(wanted) if wanted in _SHOWN else State.WAITING
    found = joining.listed(reader, asked.visitor.actor, state)
    return Sight(
        "applications/list.html", {"found": found, "state": state, "states": _SHOWN}
    )


def show(reader: Reader, asked: Asked) -> Sight:
    """Show all that somebody told, and what can be done about it."""
    actor, application = asked.visitor.actor, _number(asked.path["id"])
    found = considering.considered(reader, actor, application)
    return Sight(
        "applications/page.html",
        {
            "found": found,
            "one": found.application,
            "asked": considering.open_question(reader, found.application),
        },
    )


async def act(asking: Asking) -> web.StreamResponse:
    """Let somebody join, ask them something, or say no."""
    application = _number(asking.request.match_info["id"])
    form, deed, now = asking.form, asking.form.value("deed"), asking.now
    with form.checking():
        match deed:
            case "approve":
                await asking.write(joining.approve, application, now=now)
            case "decline":
                reason = form.value("reason")
                await asking.write(joining.decline, application, reason=reason, now=now)
            case _:
                deed, question = "ask", form.value("question")
                await asking.write(
                    considering.ask_back, application, question=question, now=now
                )
        return asking.go(f"{APPLICATIONS}/{application}", note=f"application-{deed}")
    return await asking.show(show)


def _number(text: str) -> int:
    found = number(text)
    if found is None:
        raise UnknownApplication(number=text)
    return found


PAGES = (
    Page(
        path=APPLICATIONS,
        name="applications",
        who=Permission.KEEP_MEMBERS,
        view=listed,
    ),
    Page(
        path=f"{APPLICATIONS}/{{id}}",
        name="one_application",
        who=Permission.KEEP_MEMBERS,
        view=show,
        deed=act,
    ),
)
