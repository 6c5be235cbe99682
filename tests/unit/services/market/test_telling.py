"""What the market tells by itself: what ends soon, and what is new."""

from __future__ import annotations

import pytest

from cesnode.community.market import WARN_DAYS, Wish
from cesnode.community.notices import Kind
from cesnode.errors import Code
from cesnode.services import bell
from cesnode.services.bell import NoticeView
from cesnode.services.market import publishing, telling, watching
from cesnode.store import Writer, listings
from tests.support.exchanges import DAY, NOW, Person, acting_as, refused
from tests.unit.services.market.conftest import Market

YEAR = 365 * DAY


def told(writer: Writer, who: Person) -> list[NoticeView]:
    found = bell.notices_of(writer, acting_as(writer, who))
    market = {Kind.LISTING_ENDS, Kind.SEARCH_FOUND}
    return [view for view in found if view.kind in market]


def warn(writer: Writer, now: int) -> None:
    while telling.warn_owners(writer, now=now):
        pass


def tell(writer: Writer, now: int) -> None:
    while telling.tell_searches(writer, now=now):
        pass


def test_an_owner_is_told_once_fourteen_days_before_the_end(
    writer: Writer, ann: Person, bob: Person, market: Market
) -> None:
    listing = market.put(ann, "Plum jam")

    warn(writer, NOW + YEAR - (WARN_DAYS + 1) * DAY)
    assert told(writer, ann) == []
    for _ in range(2):
        warn(writer, NOW + YEAR - WARN_DAYS * DAY)

    (view,) = told(writer, ann)
    assert (view.kind, view.words, view.day) == (
        Kind.LISTING_ENDS,
        "Plum jam",
        listing.expires_on,
    )
    assert view.path == f"/market/{listing.id}"
    assert told(writer, bob) == []


def test_the_way_that_is_told_renews_the_listing_once(
    writer: Writer, ann: Person, market: Market
) -> None:
    listing = market.put(ann, "Plum jam")
    soon = NOW + YEAR - DAY
    warn(writer, soon)
    (view,) = told(writer, ann)

    renewed = publishing.renew_by_token(writer, view.token, now=soon)

    assert (renewed.expires_on or "") > (listing.expires_on or "")
    with refused(Code.UNKNOWN_LISTING):
        publishing.renew_by_token(writer, view.token, now=soon)
    warn(writer, soon)
    assert len(told(writer, ann)) == 1


def test_who_renewed_is_told_of_the_next_end_again(
    writer: Writer, ann: Person, market: Market
) -> None:
    listing = market.put(ann, "Plum jam")
    warn(writer, NOW + YEAR - DAY)
    publishing.renew(writer, acting_as(writer, ann), listing.id, now=NOW + YEAR)

    warn(writer, NOW + 2 * YEAR - DAY)

    assert len(told(writer, ann)) == 2


def test_what_was_put_up_for_a_few_days_ends_without_a_word(
    writer: Writer, ann: Person, market: Market
) -> None:
    market.put(ann, "Cherries, this week", until="2025-07-20")

    warn(writer, NOW)

    assert told(writer, ann) == []


@pytest.mark.parametrize("wish", [Wish.HIDE, Wish.FULFIL, Wish.WITHDRAW])
def test_nobody_is_told_of_what_is_not_shown(
    writer: Writer, ann: Person, market: Market, wish: Wish
) -> None:
    listing = market.put(ann, "Plum jam")
    publishing.move(writer, acting_as(writer, ann), listing.id, wish, now=NOW)

    warn(writer, NOW + YEAR)

    assert told(writer, ann) == []


def test_who_keeps_a_search_is_told_once_a_week_of_what_is_new(
    writer: Writer, ann: Person, bob: Person, market: Market
) -> None:
    market.put(ann, "Plum jam, of last year")
    watching.save(writer, acting_as(writer, bob), "kind=offering&q=jam", now=NOW)
    market.put(ann, "Plum jam")
    market.put(ann, "Apple jam")
    market.put(ann, "Ladder")
    market.put(bob, "Jam of my own")

    tell(writer, NOW + 6 * DAY)
    assert told(writer, bob) == []
    for day in (8, 9, 16):
        tell(writer, NOW + day * DAY)

    (view,) = told(writer, bob)
    assert (view.kind, view.words, view.count) == (Kind.SEARCH_FOUND, "jam", "2")
    assert view.path == "/market?kind=offering&q=jam"


def test_a_search_for_a_category_is_told_by_its_name(
    writer: Writer, ann: Person, bob: Person, market: Market
) -> None:
    address = f"kind=offering&category={market.categories['Bread']}"
    watching.save(writer, acting_as(writer, bob), address, now=NOW)
    market.put(ann, "Rye loaf", category="Bread")

    tell(writer, NOW + 8 * DAY)

    assert [view.words for view in told(writer, bob)] == ["Bread"]


def test_old_tokens_are_forgotten(writer: Writer, ann: Person, market: Market) -> None:
    listing = listings.known(writer, market.put(ann, "Plum jam").uuid)
    token = publishing.renewal_token(writer, listing, now=NOW)

    telling.forget_tokens(writer, now=NOW + 59 * DAY)
    assert publishing.renewable(writer, token).id == listing.id
    telling.forget_tokens(writer, now=NOW + 61 * DAY)

    with refused(Code.UNKNOWN_LISTING):
        publishing.renewable(writer, token)
