"""The pages of groups."""

from __future__ import annotations

from cesnode.services.pictures import MOST_BYTES
from cesnode.web.groups import acting, showing, writing
from cesnode.web.routing import Page, Who
from cesnode.web.site import GROUP_NEW, GROUPS

_ENVELOPE = 64 * 1024
_ONE = GROUPS + "/{id}"

PAGES = (
    Page(path=GROUPS, name="groups", who=Who.SIGNED_IN, view=showing.every),
    Page(
        path=GROUP_NEW,
        name="group_new",
        who=Who.SIGNED_IN,
        view=writing.new,
        deed=writing.found,
    ),
    Page(
        path=_ONE,
        name="group",
        who=Who.SIGNED_IN,
        view=showing.one,
        deed=acting.come_or_go,
    ),
    Page(
        path=_ONE + "/members",
        name="group_members",
        who=Who.SIGNED_IN,
        view=showing.people,
        deed=acting.seat,
    ),
    Page(
        path=_ONE + "/edit",
        name="group_edit",
        who=Who.SIGNED_IN,
        view=writing.edit,
        deed=writing.change,
    ),
    Page(
        path=_ONE + "/picture",
        name="group_picture",
        who=Who.SIGNED_IN,
        view=writing.picture,
        deed=writing.keep_picture,
        largest_form=MOST_BYTES + _ENVELOPE,
    ),
    Page(
        path=_ONE + "/write",
        name="group_write",
        who=Who.SIGNED_IN,
        view=writing.notice,
        deed=writing.write,
    ),
    Page(
        path=_ONE + "/notices/{notice}",
        name="group_notice",
        who=Who.SIGNED_IN,
        view=showing.thread,
        deed=acting.reply,
    ),
    Page(
        path=_ONE + "/end",
        name="group_end",
        who=Who.SIGNED_IN,
        view=showing.ending,
        deed=acting.dissolve,
        asks_again=True,
    ),
)
