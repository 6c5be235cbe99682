"""The pages of people, and of the news on the bell."""

from __future__ import annotations

from cesnode.community.roles import Permission
from cesnode.web.people import showing, telling
from cesnode.web.routing import Page, Tab, Who
from cesnode.web.site import NEAR_LIMITS, NOTICES, PEOPLE

PAGES = (
    Page(
        path=PEOPLE,
        name="people",
        who=Who.SIGNED_IN,
        view=showing.directory,
        tab=Tab.PEOPLE,
    ),
    Page(
        path=NEAR_LIMITS,
        name="near_limits",
        who=Permission.READ_ALL,
        view=showing.near_limits,
    ),
    Page(
        path=PEOPLE + "/{number}",
        name="person",
        who=Who.SIGNED_IN,
        view=showing.person,
    ),
    Page(
        path=NOTICES,
        name="notices",
        who=Who.SIGNED_IN,
        view=telling.show,
        deed=telling.read,
    ),
)
