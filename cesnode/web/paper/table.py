"""The pages that are made to be printed."""

from __future__ import annotations

from cesnode.web.paper import showing
from cesnode.web.routing import Page, Who
from cesnode.web.site import MARKET, MARKET_PRINT, PEOPLE_PRINT

PAGES = (
    Page(path=MARKET_PRINT, name="market_print", who=Who.SIGNED_IN, view=showing.board),
    Page(path=PEOPLE_PRINT, name="people_print", who=Who.SIGNED_IN, view=showing.booklet),
    Page(
        path=MARKET + "/{id}/strips",
        name="listing_strips",
        who=Who.SIGNED_IN,
        view=showing.strips,
    ),
)
