"""What members keep of the market: favourites, and searches they are told of by mail."""

from __future__ import annotations

from cesnode.community import words
from cesnode.community.roles import Actor, Scope
from cesnode.errors import N_, FieldInvalid, NotAllowed
from cesnode.services.market import finding
from cesnode.store import Reader, Writer, favourites, listings
from cesnode.store.favourites import SavedSearch

MOST_SEARCHES = 20
_LONGEST_ADDRESS = 500


def like(writer: Writer, actor: Actor, listing: int, *, now: int) -> None:
    """Keep a listing among the favourites of whoever may see it."""
    member = _member(actor)
    finding.show(writer, actor, listing, now=now)
    favourites.add(writer, member, listing, now=now)


def unlike(writer: Writer, actor: Actor, listing: int) -> None:
    favourites.remove(writer, _member(actor), listing)


def save(writer: Writer, actor: Actor, address: str, *, now: int) -> None:
    """Keep a search by its address; what is there now counts as known."""
    member = _member(actor)
    if len(address) > _LONGEST_ADDRESS or not words.is_text(address):
        raise FieldInvalid("q", N_("it is too long"))
    if len(favourites.saved_by(writer, member)) >= MOST_SEARCHES:
        raise FieldInvalid(
            "q", N_("you keep {most} searches, which is the most"), most=MOST_SEARCHES
        )
    favourites.save(writer, member, address, up_to=listings.head(writer), now=now)


def searches(reader: Reader, actor: Actor) -> list[SavedSearch]:
    return favourites.saved_by(reader, _member(actor))


def drop(writer: Writer, actor: Actor, search: int) -> None:
    favourites.drop(writer, _member(actor), search)


def _member(actor: Actor) -> int:
    """Return whose favourites these are: a person's, so the operator has none."""
    actor.require_scope(Scope.TRADE)
    if actor.member is None:
        raise NotAllowed(permission=N_("keep favourites of one's own"))
    return actor.member
