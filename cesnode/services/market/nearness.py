"""How far it is from who looks to what others show, without a map and without a service.

1. One looks from the place one told of oneself, or else from the point of one's area.
2. Others are where they let this member see that they are, or else at the point of their
   area.  What a neighbour exchange shows is about where it says, to some kilometres: it
   may be as far as that farther away.
3. Where nobody is known to be anywhere, there is nothing to choose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from cesnode.community.places import COARSE_METRES, WITHIN, Band, Place, band, metres
from cesnode.community.roles import Actor
from cesnode.store import Reader, accounts, places, profiles, remote_listings
from cesnode.store.listings import Listing

K = TypeVar("K")


class Nearness:
    """What is near to one member, reckoned as far as somebody asks."""

    def __init__(
        self, reader: Reader, actor: Actor, areas: Iterable[int], origin: Place
    ) -> None:
        self._reader = reader
        self._actor = actor
        self._origin = origin
        self.areas = frozenset(areas)

    @property
    def bands(self) -> tuple[Band, ...]:
        """Return what one can choose between."""
        return tuple(each for each in Band if each is not Band.AREA or self.areas)

    @cached_property
    def metres(self) -> Mapping[int, int]:
        """Return how far it is to each account that has something on the market."""
        return self._reckoned(None)

    @cached_property
    def away(self) -> Mapping[Place, int]:
        """Return how far it may be to each point at which neighbours have something."""
        points = remote_listings.points(self._reader)
        return {each: self._at_most(each) for each in points}

    def within(self, wanted: Band) -> frozenset[int]:
        """Return the accounts in a band."""
        return _within(self.metres, wanted)

    def points_within(self, wanted: Band) -> frozenset[Place]:
        """Return the points in a band at which neighbours have something."""
        return _within(self.away, wanted)

    def bands_of(self, shown: Sequence[Listing]) -> dict[int, Band]:
        """Say of each listing how far it is; those that are nowhere are missing."""
        ours = [one for one in shown if one.account is not None]
        far = self._reckoned({one.account for one in ours if one.account is not None})
        found = {one.id: band(far[one.account]) for one in ours if one.account in far}
        found |= {one.id: Band.AREA for one in ours if one.area in self.areas}
        abroad = [one.id for one in shown if one.peer is not None]
        return found | {
            listing: band(self._at_most(remote.point))
            for listing, remote in remote_listings.of_ids(self._reader, abroad).items()
            if remote.point is not None
        }

    def _at_most(self, point: Place) -> int:
        return metres(self._origin, point) + COARSE_METRES

    def _reckoned(self, wanted: Iterable[int] | None) -> dict[int, int]:
        known = places.shown(self._reader, self.areas, wanted)
        return {
            account: metres(self._origin, place)
            for account, place in known.items()
            if not self._actor.owns(account)
        }


def _within(far: Mapping[K, int], wanted: Band) -> frozenset[K]:
    if wanted is Band.FARTHER:
        reach = max(WITHIN.values())
        return frozenset(one for one, metres in far.items() if metres > reach)
    most = WITHIN[wanted]
    return frozenset(one for one, metres in far.items() if metres <= most)


def of(reader: Reader, actor: Actor | None) -> Nearness | None:
    """Return what is near to whoever looks; None if nothing can be said of it."""
    if actor is None or actor.member is None or not places.has_any(reader, actor.member):
        return None
    areas = _areas(reader, actor)
    origin = _origin(reader, actor.member, areas)
    return Nearness(reader, actor, areas, origin) if origin is not None else None


def _areas(reader: Reader, actor: Actor) -> list[int]:
    """Return the areas of somebody's accounts, that of the first account first."""
    held = (accounts.by_id(reader, account).area for account in sorted(actor.accounts))
    return list(dict.fromkeys(area for area in held if area is not None))


def _origin(reader: Reader, member: int, areas: list[int]) -> Place | None:
    own = profiles.of_member(reader, member).place
    if own is not None:
        return own
    points = places.of_areas(reader)
    return next((points[area] for area in areas if area in points), None)
