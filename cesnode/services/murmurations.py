"""What the exchange tells maps and directories of itself, if its keepers want that.

It names nobody but whom the front page names, and tells no figure of anybody's trades.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from types import MappingProxyType

from cesnode.community import profiles
from cesnode.community.exchange import Exchange
from cesnode.config import Murmurations
from cesnode.formats.murmurations import SCHEMAS, ContactDetails, Geolocation, Profile
from cesnode.ledger.money import Measure
from cesnode.services import dates

LASTS = datetime.timedelta(days=120)
"""From the first of the month in which it is read: an exchange that is no more vanishes."""

_DEGREE = 10_000
_MOVEMENT: Mapping[Measure, str] = MappingProxyType(
    {Measure.MUTUAL: "lets", Measure.TIME: "timebank", Measure.GIFT: "other"}
)
_MODEL: Mapping[Measure, str] = MappingProxyType(
    {Measure.MUTUAL: "mutual", Measure.TIME: "mutual", Measure.GIFT: "other"}
)
_TAGS: Mapping[Measure, str] = MappingProxyType(
    {
        Measure.MUTUAL: "mutual credit",
        Measure.TIME: "time bank",
        Measure.GIFT: "gift economy",
    }
)


def profile(
    exchange: Exchange,
    told: Murmurations,
    *,
    email: str,
    phone: str,
    feed: str,
    now: int,
) -> Profile:
    """Describe the exchange; `feed` is where its market can be followed, or empty."""
    measure = exchange.currency.measure
    point = profiles.place(told.place)
    place = Geolocation(*(part / _DEGREE for part in point)) if point else None
    month = dates.day_of(now).replace(day=1)
    return Profile(
        linked_schemas=SCHEMAS,
        name=exchange.name,
        nickname=exchange.code,
        primary_url=exchange.origin,
        expires=dates.start_of(str(month + LASTS), field="expires"),
        description=told.description,
        tags=("community exchange", _TAGS[measure]),
        locality=told.locality,
        region=told.region,
        country_iso_3166=told.country,
        latitude=place.lat if place else None,
        longitude=place.lon if place else None,
        geolocation=place,
        rss=feed,
        telephone=phone,
        contact_details=ContactDetails(email) if email else None,
        starts_at=exchange.founded_at,
        launch_year=dates.day_of(exchange.founded_at).year,
        movement=_MOVEMENT[measure],
        monetary_model=_MODEL[measure],
        unit_of_account_type=_unit(exchange),
        convert_to_legal_money="none",
        payment_tech=("web",),
    )


def _unit(exchange: Exchange) -> str:
    if exchange.currency.measure is Measure.TIME:
        return "time"
    return "legal" if exchange.national is not None else "other"
