"""The pages of the market."""

from __future__ import annotations

from cesnode.community.roles import Permission
from cesnode.services.pictures import MOST_BYTES
from cesnode.web.market import browsing, neighbouring, showing, writing
from cesnode.web.routing import Page, Tab, Who
from cesnode.web.site import (
    MARKET,
    MARKET_MINE,
    MARKET_NEW,
    MARKET_SEARCHES,
    MEDIA,
    NEIGHBOURS,
    RENEW,
)

_ENVELOPE = 64 * 1024

PAGES = (
    Page(
        path=MARKET,
        name="market",
        who=Who.ONLOOKERS,
        view=browsing.browse,
        tab=Tab.MARKET,
    ),
    Page(
        path=MARKET_NEW,
        name="market_new",
        who=Who.SIGNED_IN,
        view=writing.new,
        deed=writing.put_up,
    ),
    Page(
        path=MARKET_MINE,
        name="market_mine",
        who=Who.SIGNED_IN,
        view=browsing.mine,
        deed=browsing.drop,
    ),
    Page(
        path=MARKET_SEARCHES,
        name="market_searches",
        who=Who.SIGNED_IN,
        deed=browsing.keep,
    ),
    Page(
        path=MARKET + "/{id}",
        name="listing",
        who=Who.ONLOOKERS,
        view=showing.show,
    ),
    Page(
        path=MARKET + "/{id}/wish",
        name="listing_wish",
        who=Who.SIGNED_IN,
        deed=showing.treat,
    ),
    Page(
        path=MARKET + "/{id}/edit",
        name="listing_edit",
        who=Who.SIGNED_IN,
        view=writing.edit,
        deed=writing.rewrite,
    ),
    Page(
        path=MARKET + "/{id}/pictures",
        name="listing_pictures",
        who=Who.SIGNED_IN,
        view=writing.gallery,
        deed=writing.arrange,
        largest_form=MOST_BYTES + _ENVELOPE,
    ),
    Page(
        path=NEIGHBOURS,
        name="neighbours",
        who=Who.SIGNED_IN,
        view=neighbouring.every,
    ),
    Page(
        path=NEIGHBOURS + "/{code}",
        name="neighbour",
        who=Who.SIGNED_IN,
        view=neighbouring.one,
    ),
    Page(
        path=NEIGHBOURS + "/{code}/sharing",
        name="sharing",
        who=Permission.KEEP_PEERS,
        view=neighbouring.sharing,
        deed=neighbouring.share,
    ),
    Page(
        path=RENEW + "/{token}",
        name="renew",
        who=Who.ANYBODY,
        view=showing.renewing,
        deed=showing.renew,
    ),
    Page(
        path=MEDIA + "/{name}",
        name="media",
        who=Who.ANYBODY,
        file=showing.send_picture,
    ),
)
