"""Where areas and people are: the points that distances are reckoned from.

`services.market.nearness` says who may reckon with whose.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from cesnode.community.places import Place
from cesnode.community.profiles import DEFAULTS, Audience, Contact
from cesnode.store.database import Reader, Writer

# A joint account is at the place of the first who holds it and shows theirs.
_SHOWN = """
SELECT a.id, COALESCE(p.latitude, r.latitude), COALESCE(p.longitude, r.longitude)
FROM accounts AS a
LEFT JOIN areas AS r ON r.id = a.area_id
LEFT JOIN profiles AS p ON p.member_id = (
    SELECT MIN(h.member_id) FROM account_members AS m
    JOIN profiles AS h ON h.member_id = m.member_id
    LEFT JOIN profile_audiences AS x
        ON x.member_id = h.member_id AND x.contact = 'place'
    WHERE m.account_id = a.id AND h.latitude IS NOT NULL AND (
        COALESCE(x.audience, ?) = 'members'
        OR (x.audience = 'neighbours' AND a.area_id IN ({}))))
WHERE (p.latitude IS NOT NULL OR r.latitude IS NOT NULL) AND EXISTS (
    SELECT 1 FROM listings AS l WHERE l.account_id = a.id AND l.state = 'shown')
"""
_WANTED = "AND a.id IN (SELECT value FROM json_each(?))"


def of_areas(reader: Reader) -> dict[int, Place]:
    """Return the point of each area that has one."""
    rows = reader.all(
        "SELECT id, latitude, longitude FROM areas"
        " WHERE latitude IS NOT NULL AND longitude IS NOT NULL ORDER BY id"
    )
    return {area: (latitude, longitude) for area, latitude, longitude in rows}


def set_of_area(writer: Writer, area: int, place: Place | None) -> None:
    """Let an area have this point; None takes it away."""
    writer.run(
        "UPDATE areas SET latitude = ?, longitude = ? WHERE id = ?",
        (*(place or (None, None)), area),
    )


def has_any(reader: Reader, member: int) -> bool:
    """Whether anything but this member can be anywhere: an area, or somebody else."""
    row = reader.one(
        "SELECT EXISTS (SELECT 1 FROM areas WHERE latitude IS NOT NULL) OR EXISTS"
        " (SELECT 1 FROM profiles WHERE latitude IS NOT NULL AND member_id <> ?) OR EXISTS"
        " (SELECT 1 FROM remote_listings WHERE latitude IS NOT NULL)",
        (member,),
    )
    return bool(row[0])


def shown(
    reader: Reader, areas: AbstractSet[int], wanted: Iterable[int] | None = None
) -> dict[int, Place]:
    """Return where each account is that has something on the market, or those `wanted`.

    That is where its holder lets people of these areas see that they are, or the point
    of its own area.
    """
    usual: Audience = DEFAULTS[Contact.PLACE]
    sql, values = _SHOWN.format(", ".join("?" * len(areas))), [usual, *sorted(areas)]
    if wanted is not None:
        sql, values = sql + _WANTED, [*values, json.dumps(sorted(wanted))]
    rows = reader.all(sql, values)
    return {account: (latitude, longitude) for account, latitude, longitude in rows}
