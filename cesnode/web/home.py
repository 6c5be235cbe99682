"""/home: where a member stands, what waits for them, and what they can do."""

from __future__ import annotations

from cesnode.services import dates, home
from cesnode.services.bringing import starting
from cesnode.services.market import advising
from cesnode.services.news import announcing, planning
from cesnode.store import Reader
from cesnode.web.asking import Asked, Sight
from cesnode.web.balance_pictures import band, track


def show(reader: Reader, asked: Asked) -> Sight:
    present = asked.visitor
    standing = home.home(reader, present.actor, present.account, now=asked.now)
    limits, balance = standing.limits, standing.account.position.balance
    actor, zone, now = present.actor, asked.zone, asked.now
    return Sight(
        "home/page.html",
        {
            "standing": standing,
            "band": band(balance, limits.floor, limits.ceiling),
            "track": track(standing.points, limits.floor, limits.ceiling),
            "announced": announcing.on_home(reader, actor, now=now),
            "is_new": starting.is_new(reader, actor),
            "coming": planning.coming(reader, actor, zone=zone, now=now),
            "advice": advising.of_member(reader, actor, now=now),
        },
        until=min(dates.next_midnight(now), planning.tomorrow_at(zone, now)),
    )
