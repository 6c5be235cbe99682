"""/notices: what a member was told, and where each of it leads."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from aiohttp import web

from cesnode.community.notices import Kind
from cesnode.services import bell
from cesnode.services.bell import NoticeView
from cesnode.store import Reader
from cesnode.web.addresses import number
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.site import DEVICES, HOME, NOTICES, PASSWORD, PROFILE, SECOND_STEP

PAGE = 20

_PLACES: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.PASSWORD_CHANGED: PASSWORD,
        Kind.SIGN_IN_LOCKED: PASSWORD,
        Kind.EMAIL_CHANGED: PROFILE,
        Kind.NEW_DEVICE: DEVICES,
        Kind.SECOND_STEP_CHANGED: SECOND_STEP,
    }
)


def show(reader: Reader, asked: Asked) -> Sight:
    only_new = bool(asked.query.get("new"))
    found = bell.notices_of(
        reader,
        asked.visitor.actor,
        unread=only_new,
        before=number(asked.query.get("before", "")),
        limit=PAGE + 1,
    )
    told = found[:PAGE]
    return Sight(
        "notices/page.html",
        {
            "told": [(one, place(one)) for one in told],
            "only_new": only_new,
            "older": told[-1].id if len(found) > PAGE else None,
        },
    )


async def read(asking: Asking) -> web.StreamResponse:
    """Take a notice as read and go where it leads, or take all of them as read."""
    if asking.form.has("all"):
        await asking.write(bell.mark_read, now=asking.now)
        return asking.go(NOTICES, note="notices-read")
    wanted = number(asking.form.value("notice")) or 0
    found = await asking.write(bell.open_notice, wanted, now=asking.now)
    return asking.go(place(found) if found else NOTICES)


def place(notice: NoticeView) -> str:
    """Return the address of what a notice is about."""
    if notice.ref:
        return f"/trades/{notice.ref}"
    if notice.path:
        return notice.path
    return _PLACES.get(notice.kind, HOME)
