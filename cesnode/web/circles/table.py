"""The pages of set-offs."""

from __future__ import annotations

from cesnode.community.roles import Permission
from cesnode.web.circles import acting, showing
from cesnode.web.routing import Page
from cesnode.web.site import CIRCLES

PAGES = (
    Page(
        path=CIRCLES,
        name="circles",
        who=Permission.KEEP_PEERS,
        view=showing.every,
        deed=acting.begin,
    ),
    Page(
        path=CIRCLES + "/{id}",
        name="circle",
        who=Permission.KEEP_PEERS,
        view=showing.one,
        deed=acting.answer,
    ),
)
