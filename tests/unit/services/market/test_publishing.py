"""Putting up offerings and wants, changing them, and taking them down."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from cesnode.community.market import Audience, Kind, Price, State, Wish
from cesnode.community.roles import OPERATOR, Role
from cesnode.errors import Code, NodeError
from cesnode.ledger.money import Measure
from cesnode.services.market import drafts, finding, publishing
from cesnode.services.market.drafts import Draft
from cesnode.services.market.finding import Wanted
from cesnode.services.membership import closing
from cesnode.store import Writer, acts, listings, pictures
from cesnode.store.pictures import Picture
from tests.support.exchanges import DAY, LEAF, NOW, Person, acting_as, join, refused
from tests.unit.services.market.conftest import Market

PICTURE = Picture(small="a.webp", large="b.webp", width=640, height=480)


def test_a_title_is_enough(writer: Writer, ann: Person, market: Market) -> None:
    listing = market.put(ann, "Plum jam")

    view = finding.show(writer, acting_as(writer, ann), listing.id, now=NOW)
    assert (view.title, view.way, view.state) == ("Plum jam", Price.OPEN, State.SHOWN)
    assert (view.owner, view.owner_name, view.mine) == (ann.number, "Ann Ash", True)


def test_an_offering_is_shown_for_a_year_and_a_want_for_a_season(
    ann: Person, market: Market
) -> None:
    offering = market.put(ann, "Plum jam")
    want = market.put(ann, "A ladder", kind=Kind.WANT)

    assert offering.expires_on == "2026-07-15"
    assert want.expires_on == "2025-10-13"


def test_the_same_submission_twice_is_there_once(writer: Writer, ann: Person) -> None:
    draft, submission = Draft(title="Plum jam"), uuid4()
    actor = acting_as(writer, ann)

    first, second = (
        publishing.publish(
            writer, actor, Kind.OFFERING, ann.number, draft, id=submission, now=NOW
        )
        for _ in range(2)
    )

    assert (first.created, second.created) == (True, False)
    assert first.listing.id == second.listing.id
    found = finding.browse(writer, actor, Wanted(words="plum"), now=NOW)
    assert len(found.listings) == 1


def test_nobody_puts_up_a_listing_in_another_s_name(
    writer: Writer, ann: Person, bob: Person, market: Market
) -> None:
    with refused(Code.NOT_ALLOWED):
        market.put(ann, "Plum jam", actor=acting_as(writer, bob))


def test_a_coordinator_puts_up_what_was_told_on_the_telephone(
    writer: Writer, market: Market
) -> None:
    paul = join(writer, "Paul", area="North")
    rosa = join(writer, "Rosa", role=Role.COORDINATOR, area="North")

    listing = market.put(paul, "Plum jam", actor=acting_as(writer, rosa))

    assert listing.account == paul.account


@pytest.mark.parametrize(
    ("field", "draft"),
    [
        ("price", {"price": "1.234"}),
        ("price", {"price": "0"}),
        ("price", {"way": Price.AMOUNT}),
        ("terms", {"way": Price.WORDS}),
        ("until", {"until": "tomorrow"}),
        ("until", {"until": "2025-07-14"}),
        ("until", {"until": "2030-01-01"}),
        ("category", {"category": 999}),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_put_up(
    writer: Writer, ann: Person, market: Market, field: str, draft: dict[str, Any]
) -> None:
    with pytest.raises(NodeError) as caught:
        market.put(ann, "Plum jam", **draft)

    assert caught.value.field == field
    assert listings.of_account(writer, ann.account) == []


def test_a_gift_has_no_price() -> None:
    gifts = LEAF.__class__(
        code="OAKV", singular="gift", plural="gifts", scale=0, measure=Measure.GIFT
    )

    with refused(Code.FIELD_INVALID, field="price"):
        drafts._terms(gifts, Draft(title="Jam", price="3"))  # noqa: SLF001


def test_what_is_written_anew_is_found_by_its_new_words_alone(
    writer: Writer, ann: Person, market: Market
) -> None:
    listing = market.put(ann, "Plum jam")
    actor = acting_as(writer, ann)

    publishing.rewrite(writer, actor, listing.id, Draft(title="Pear chutney"), now=NOW)

    assert finding.browse(writer, actor, Wanted(words="plum"), now=NOW).listings == ()
    found = finding.browse(writer, actor, Wanted(words="chutney"), now=NOW)
    assert [view.id for view in found.listings] == [listing.id]


def test_a_draft_is_seen_by_its_owner_alone(
    writer: Writer, ann: Person, bob: Person, market: Market
) -> None:
    draft = market.put(ann, "Plum jam", shown=False)

    assert draft.state is State.DRAFT
    mine = finding.of_account(writer, acting_as(writer, ann), ann.number, now=NOW)
    assert [view.id for view in mine] == [draft.id]
    theirs = finding.of_account(writer, acting_as(writer, bob), ann.number, now=NOW)
    assert theirs == []
    with refused(Code.UNKNOWN_LISTING):
        finding.show(writer, acting_as(writer, bob), draft.id, now=NOW)


def test_what_is_withdrawn_leaves_no_word_and_no_picture(
    writer: Writer, ann: Person, market: Market
) -> None:
    listing = market.put(ann, "Plum jam", text="by my own hand", price="3")
    actor = acting_as(writer, ann)
    publishing.picture(writer, actor, listing.id, (PICTURE,), now=NOW)

    publishing.move(writer, actor, listing.id, Wish.WITHDRAW, now=NOW)

    kept = listings.find(writer, listing.id)
    assert kept is not None
    assert (kept.words.title, kept.words.text, kept.terms.amount) == ("", "", None)
    assert pictures.of_listings(writer, [listing.id]) == {}
    with refused(Code.UNKNOWN_LISTING):
        publishing.rewrite(writer, actor, listing.id, Draft(title="Back"), now=NOW)


def test_who_looks_after_the_market_stops_a_listing_and_says_why(
    writer: Writer, ann: Person, market: Market
) -> None:
    listing = market.put(ann, "Fire works")
    admin = acting_as(writer, join(writer, "Ada", role=Role.ADMIN))

    publishing.move(
        writer, admin, listing.id, Wish.STOP, reason="not allowed here", now=NOW
    )

    with refused(Code.LISTING_STATE):
        publishing.move(writer, acting_as(writer, ann), listing.id, Wish.SHOW, now=NOW)
    with refused(Code.NOT_ALLOWED):
        publishing.move(
            writer, acting_as(writer, ann), listing.id, Wish.ALLOW, reason="x", now=NOW
        )
    last = acts.about(writer, f"listing:{listing.uuid}")[-1]
    assert (last.kind, last.note) == ("listing.stop", "not allowed here")


def test_a_listing_ends_and_its_owner_renews_it(
    writer: Writer, ann: Person, market: Market
) -> None:
    listing = market.put(ann, "Plum jam")
    actor = acting_as(writer, ann)
    later = NOW + 400 * DAY
    assert finding.browse(writer, actor, Wanted(), now=later).listings == ()

    publishing.renew(writer, actor, listing.id, now=later)

    assert len(finding.browse(writer, actor, Wanted(), now=later).listings) == 1


def test_a_mailed_token_renews_one_listing_once(
    writer: Writer, ann: Person, market: Market
) -> None:
    listing = market.put(ann, "Plum jam")
    token = publishing.renewal_token(writer, listing, now=NOW)
    later = NOW + 360 * DAY

    renewed = publishing.renew_by_token(writer, token, now=later)

    assert renewed.id == listing.id
    assert renewed.expires_on == "2027-07-10"
    with refused(Code.UNKNOWN_LISTING):
        publishing.renew_by_token(writer, token, now=later)
    with refused(Code.UNKNOWN_LISTING):
        publishing.renew_by_token(writer, "\ud800", now=later)


def test_what_neighbours_may_have_seen_is_remembered(
    writer: Writer, ann: Person, market: Market
) -> None:
    actor = acting_as(writer, ann)
    here = market.put(ann, "Plum jam")
    shared = market.put(ann, "Pear jam", audience=Audience.NEIGHBOURS)
    before = listings.head(writer)

    publishing.move(writer, actor, shared.id, Wish.WITHDRAW, now=NOW)
    publishing.move(writer, actor, here.id, Wish.WITHDRAW, now=NOW)

    gone = listings.changed_since(writer, before, 10)
    assert [listing.id for listing in gone] == [shared.id]


def test_whoever_leaves_offers_nothing_more(
    writer: Writer, ann: Person, bob: Person, market: Market
) -> None:
    market.put(ann, "Plum jam")

    closing.close(writer, OPERATOR, ann.number, now=NOW)

    actor = acting_as(writer, bob)
    assert finding.browse(writer, actor, Wanted(), now=NOW).listings == ()


def test_no_more_than_six_pictures_are_kept(
    writer: Writer, ann: Person, market: Market
) -> None:
    listing = market.put(ann, "Plum jam")

    with refused(Code.FIELD_INVALID, field="picture"):
        publishing.picture(
            writer, acting_as(writer, ann), listing.id, (PICTURE,) * 7, now=NOW
        )
