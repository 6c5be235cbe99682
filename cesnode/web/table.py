"""Every page, where it is and whom it is open to.  What is not here does not exist.

The JSON interface has a table of its own (`web/api/table.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cesnode.community.roles import Permission
from cesnode.web import (
    applications,
    bringing,
    comforting,
    inviting,
    joining,
    public,
    styleguide,
    unsubscribing,
)
from cesnode.web.circles import table as circles
from cesnode.web.feeds import table as feeds
from cesnode.web.groups import table as groups
from cesnode.web.hearing import table as hearing
from cesnode.web.market import table as market
from cesnode.web.me import table as me
from cesnode.web.messages import table as messages
from cesnode.web.paper import table as paper
from cesnode.web.people import table as people
from cesnode.web.routing import Page, Who
from cesnode.web.signing import table as signing
from cesnode.web.site import (
    APPLICATION,
    BRING,
    BRING_PEOPLE,
    BRING_REPORT,
    COMFORT,
    FRONT,
    JOIN,
    NUMBERS,
    STYLEGUIDE,
    UNSUBSCRIBE,
)
from cesnode.web.trading import table as trading

BELL = "notices"
"""The name of the page that the bell leads to."""

PAGES = (
    Page(path=FRONT, name="front", who=Who.ANYBODY, handler=public.front),
    Page(path=NUMBERS, name="numbers", who=Who.ANYBODY, handler=public.numbers),
    Page(path=STYLEGUIDE, name="styleguide", who=Who.ANYBODY, handler=styleguide.show),
    Page(
        path=COMFORT,
        name="comfort",
        who=Who.ANYBODY,
        view=comforting.show,
        deed=comforting.keep,
    ),
    Page(
        path=UNSUBSCRIBE + "{token}",
        name="unsubscribe",
        who=Who.ANYBODY,
        view=unsubscribing.show,
        deed=unsubscribing.end,
        from_anywhere=True,  # Mail programs send it, with nothing but the address.
    ),
    Page(
        path=BRING,
        name="bring",
        who=Permission.SET_RULES,
        file=bringing.show,
        deed=bringing.act,
        asks_again=True,
        largest_form=bringing.LARGEST,
    ),
    Page(
        path=BRING_REPORT,
        name="bring-report",
        who=Permission.SET_RULES,
        file=bringing.report,
    ),
    Page(
        path=BRING_PEOPLE,
        name="bring-people",
        who=Permission.KEEP_MEMBERS,
        file=inviting.show,
        deed=inviting.act,
        asks_again=True,
    ),
    Page(path=JOIN, name="join", who=Who.ANYBODY, view=joining.show, deed=joining.apply),
    Page(
        path=APPLICATION,
        name="application",
        who=Who.ANYBODY,
        view=joining.wait,
        deed=joining.confirm,
    ),
    *applications.PAGES,
    *signing.PAGES,
    *paper.PAGES,
    *market.PAGES,
    *feeds.PAGES,
    *trading.PAGES,
    *people.PAGES,
    *messages.PAGES,
    *hearing.PAGES,
    *groups.PAGES,
    *circles.PAGES,
    *me.PAGES,
)

MENU: Mapping[str, str] = MappingProxyType(
    {page.tab or page.name: page.path for page in PAGES if page.tab or page.name == BELL}
)
"""Where the parts of the menu that there are lead to."""
