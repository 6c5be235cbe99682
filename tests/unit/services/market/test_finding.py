"""Finding: by words, category, place and person, here and elsewhere."""

from __future__ import annotations

import pytest

from cesnode.community.market import Audience, Kind
from cesnode.community.roles import OPERATOR, Scope
from cesnode.errors import Code
from cesnode.services.market import finding, keeping
from cesnode.services.market.finding import PAGE, Wanted
from cesnode.services.membership import changing
from cesnode.store import Reader, Writer, favourites, listings, searching
from cesnode.store.searching import By, Order
from tests.support.exchanges import NOW, Person, acting_as, join, refused
from tests.unit.services.market.conftest import Market


def titles(reader: Reader, who: Person | None, wanted: Wanted) -> list[str]:
    actor = acting_as(reader, who) if who else None
    return [view.title for view in finding.browse(reader, actor, wanted, now=NOW).listings]


@pytest.mark.parametrize(
    "words", ["plum", "PLUM jam", "jám", "ann", "plu", "sweet", "bread food", "own hand"]
)
def test_title_text_keywords_category_and_person_are_searched_as_one(
    writer: Writer, ann: Person, bob: Person, market: Market, words: str
) -> None:
    market.put(bob, "Lift to town", category="Lifts")
    market.put(ann, "Plum jam", text="by my own hand", keywords="sweet", category="Bread")

    assert titles(writer, ann, Wanted(words=words)) == ["Plum jam"]


def test_the_title_counts_for_more_than_the_text(
    writer: Writer, ann: Person, market: Market
) -> None:
    market.put(ann, "Bicycle lamp", text="fits any ladder")
    market.put(ann, "Ladder", text="three metres long, of wood and quite old")

    assert titles(writer, ann, Wanted(words="ladder")) == ["Ladder", "Bicycle lamp"]


def test_where_no_listing_has_all_the_words_some_are_enough(
    writer: Writer, ann: Person, market: Market
) -> None:
    market.put(ann, "Plum jam")

    found = finding.browse(
        writer, acting_as(writer, ann), Wanted(words="plum mountain"), now=NOW
    )

    assert [view.title for view in found.listings] == ["Plum jam"]
    assert found.loosely


@pytest.mark.parametrize("words", ['"', "* OR NEAR(", "plum* -jam", "title:", "()", "😀"])
def test_signs_of_a_query_language_mean_nothing(
    writer: Writer, ann: Person, market: Market, words: str
) -> None:
    market.put(ann, "Plum jam")

    assert titles(writer, ann, Wanted(words=words)) in ([], ["Plum jam"])


def test_languages_without_spaces_are_found_by_their_letters(
    writer: Writer, ann: Person, market: Market
) -> None:
    market.put(ann, "手作りの梅ジャムです")
    assert titles(writer, ann, Wanted(words="梅ジャム")) == []

    keeping.search_by(writer, OPERATOR, By.LETTERS, now=NOW)

    assert titles(writer, ann, Wanted(words="梅ジャム")) == ["手作りの梅ジャムです"]
    assert titles(writer, ann, Wanted(words="梅")) == ["手作りの梅ジャムです"]


def test_a_category_holds_what_its_subcategories_hold(
    writer: Writer, ann: Person, market: Market
) -> None:
    market.put(ann, "Rolls", category="Bread")
    market.put(ann, "Soup", category="Food")
    market.put(ann, "To town", category="Lifts")

    food = Wanted(category=market.categories["Food"], order=Order.TITLE)
    counted = finding.counts(writer, acting_as(writer, ann), Kind.OFFERING, now=NOW)

    assert titles(writer, ann, food) == ["Rolls", "Soup"]
    assert {each.name: held for each, held in counted} == {
        "Food": 2,
        "Bread": 1,
        "Jam": 0,
        "Lifts": 1,
    }


def test_a_merged_category_is_still_found_by_its_old_address(
    writer: Writer, ann: Person, market: Market
) -> None:
    market.put(ann, "Rolls", category="Bread")
    bread, jam = market.categories["Bread"], market.categories["Jam"]

    keeping.merge(writer, OPERATOR, bread, jam, now=NOW)

    assert titles(writer, ann, Wanted(category=bread)) == ["Rolls"]
    assert titles(writer, ann, Wanted(words="jam")) == ["Rolls"]


def test_guests_see_only_what_is_meant_for_everybody(
    writer: Writer, ann: Person, market: Market
) -> None:
    hidden = market.put(ann, "Plum jam", audience=Audience.NEIGHBOURS)
    market.put(ann, "Pear jam", audience=Audience.PUBLIC)

    assert titles(writer, None, Wanted(words="jam")) == ["Pear jam"]
    with refused(Code.UNKNOWN_LISTING):
        finding.show(writer, None, hidden.id, now=NOW)


def test_a_new_name_of_its_owner_finds_it(
    writer: Writer, ann: Person, market: Market
) -> None:
    market.put(ann, "Plum jam")

    changes = changing.Changes(name="Wilhelmina")
    changing.change(writer, OPERATOR, ann.number, changes, now=NOW)

    assert titles(writer, ann, Wanted(words="wilhel")) == ["Plum jam"]


def test_a_want_suggests_what_may_meet_it(
    writer: Writer, ann: Person, bob: Person, market: Market
) -> None:
    market.put(ann, "Plum jam")
    market.put(bob, "Jam jars")
    market.put(bob, "Some jam for my bread", kind=Kind.WANT)

    suggested = finding.suggested(writer, acting_as(writer, bob), now=NOW)

    assert [view.title for view in suggested] == ["Plum jam"]


def test_favourites_are_found_again(
    writer: Writer, ann: Person, bob: Person, market: Market
) -> None:
    jam = market.put(ann, "Plum jam")
    market.put(ann, "Pear jam")
    favourites.add(writer, bob.member, jam.id, now=NOW)

    assert titles(writer, bob, Wanted(favourites=True)) == ["Plum jam"]
    assert titles(writer, ann, Wanted(favourites=True)) == []


def test_pages_follow_one_another_without_gap_or_repeat(
    writer: Writer, ann: Person, market: Market
) -> None:
    put = {market.put(ann, f"Jar {number}").words.title for number in range(2 * PAGE + 1)}

    pages = [titles(writer, ann, Wanted(page=page)) for page in (1, 2, 3, 4)]

    assert [len(page) for page in pages] == [PAGE, PAGE, 1, 0]
    assert {title for page in pages for title in page} == put


def test_a_token_for_the_till_finds_nothing(writer: Writer, ann: Person) -> None:
    with refused(Code.SCOPE_TOO_NARROW):
        finding.browse(writer, acting_as(writer, ann, Scope.TILL), Wanted(), now=NOW)


def test_the_index_made_anew_finds_the_same(
    writer: Writer, ann: Person, market: Market
) -> None:
    join(writer, "Cem")
    for number in range(30):
        market.put(ann, f"Jar {number}", category="Jam")
    wanted = Wanted(words="jar jam", order=Order.TITLE)
    before = titles(writer, ann, wanted)

    searching.rebuild(writer)

    assert titles(writer, ann, wanted) == before
    assert listings.head(writer) == 30
