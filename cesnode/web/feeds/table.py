"""What is there for machines of other people."""

from __future__ import annotations

from cesnode.web.feeds import market, murmurations, robots
from cesnode.web.routing import Page, Who
from cesnode.web.site import ATOM, JSON_FEED, MURMURATIONS, ROBOTS

PAGES = (
    Page(path=ATOM, name="atom", who=Who.ANYBODY, file=market.send_atom),
    Page(path=JSON_FEED, name="json_feed", who=Who.ANYBODY, file=market.send_json),
    Page(path=MURMURATIONS, name="murmurations", who=Who.ANYBODY, file=murmurations.send),
    Page(path=ROBOTS, name="robots", who=Who.ANYBODY, handler=robots.show),
)
