"""What a market is on the wire: linked data whose every word is defined."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
import pytest

from federation import offers
from federation.errors import FederationError
from federation.offers import (
    CONTEXT,
    Author,
    Intent,
    Place,
    Proposal,
    Quantity,
    Tag,
    Tombstone,
)

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
ACTIVITY_STREAMS = {
    *("@context", "type", "id", "name", "content", "mediaType", "published", "updated"),
    *("endTime", "location", "tag", "attributedTo", "preferredUsername", "deleted"),
    *("orderedItems", "OrderedCollectionPage", "Tombstone", "Person", "Place", "Hashtag"),
}
"""What the ActivityStreams vocabulary and its security and Hashtag extensions have."""


def intent(name: str, value: str, currency: str | None = None) -> Intent:
    return Intent(
        type="Intent",
        id=f"https://vila.example/market/17#{name}",
        action="transfer",
        resource_conforms_to=currency,
        resource_quantity=Quantity(has_numerical_value=value),
    )


FULL = Proposal(
    id="https://vila.example/market/17",
    attributed_to=Author(
        type="Person",
        id="https://vila.example/p/VILA0007",
        name="Béa",
        preferred_username="0007",
    ),
    name="Pão de ló",
    content="de _casa_",
    media_type="text/markdown",
    published=AT,
    updated=AT,
    end_time=AT,
    location=Place(type="Place", name="Centro"),
    tag=(Tag(type="Hashtag", name="bolo"),),
    category="Cozinha",
    purpose="offer",
    publishes=intent("primary", "1"),
    reciprocal=intent("reciprocal", "1.50", "https://vila.example/currency/VILA"),
    unit_based=True,
    price="amount",
    unit="each",
    terms="or so",
    money="5 €",
)
GONE = Tombstone(id="https://vila.example/market/12", deleted=AT)


def written() -> bytes:
    items = (offers.item(FULL), offers.item(GONE))
    uri = "https://vila.example/fed/v1/offers"
    return offers.page(uri, items, cursor="412", more=False)


def words(told: object) -> Iterator[str]:
    """Return every member's name and every type in a document."""
    if isinstance(told, dict):
        for name, value in told.items():
            yield name
            if name == "type":
                yield value
            if name != "@context":
                yield from words(value)
    elif isinstance(told, list):
        for each in told:
            yield from words(each)


def test_every_word_of_a_page_is_one_of_its_context() -> None:
    _, terms = CONTEXT
    assert isinstance(terms, dict)

    assert set(words(json.loads(written()))) <= ACTIVITY_STREAMS | set(terms)


def test_every_term_of_ours_leads_to_a_vocabulary() -> None:
    streams, terms = CONTEXT
    assert streams == "https://www.w3.org/ns/activitystreams"
    assert isinstance(terms, dict)
    named = [each if isinstance(each, str) else each["@id"] for each in terms.values()]

    assert all(each.startswith("http") or each.partition(":")[0] in terms for each in named)


def test_what_is_written_is_read_again() -> None:
    page = offers.read_page(written())

    assert (page.cursor, page.more) == ("412", False)
    assert [offers.read_item(bytes(item)) for item in page.ordered_items] == [FULL, GONE]


def test_members_that_nobody_knows_are_passed_over() -> None:
    told = json.loads(bytes(offers.item(FULL))) | {"likes": {"type": "Collection"}}

    assert offers.read_item(json.dumps(told).encode()) == FULL


@pytest.mark.parametrize("missing", ["id", "attributedTo", "name", "purpose", "publishes"])
def test_an_item_without_what_counts_is_refused(missing: str) -> None:
    told = msgspec.json.decode(bytes(offers.item(FULL)))
    del told[missing]

    with pytest.raises(FederationError, match=missing):
        offers.read_item(msgspec.json.encode(told))
