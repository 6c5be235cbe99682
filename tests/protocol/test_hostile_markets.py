"""What a careless or hostile neighbour may show of its market, and what comes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cesnode.community.market import Kind
from cesnode.community.roles import OPERATOR
from cesnode.services.market import finding, gathering
from cesnode.services.market.finding import Wanted
from cesnode.services.market.gathering import Round
from cesnode.services.market.seeing import Seen
from cesnode.services.messages import reading
from cesnode.services.peering import standing
from cesnode.store import Reader, Writer, peers
from federation.errors import FederationError
from federation.offers import Page, read_page
from tests.support.exchanges import acting_as
from tests.support.federation import people
from tests.support.relaying import member, writes
from tests.support.stage import Stage

Json: TypeAlias = dict[str, Any]
_CONTEXT = msgspec.Raw(b"{}")
_FUZZ = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def proposal(stage: Stage, name: str = "Bread", **changes: object) -> Json:
    origin = stage.vila.origin
    address = f"{origin}/market/{sum(name.encode())}"
    told: Json = {
        "type": "Proposal",
        "id": address,
        "attributedTo": {
            "type": "Person",
            "id": f"{origin}/p/VILA0001",
            "name": "Bea",
            "preferredUsername": "0001",
        },
        "name": name,
        "content": "from my oven",
        "mediaType": "text/markdown",
        "published": "2025-07-01T10:00:00Z",
        "updated": "2025-07-01T10:00:00Z",
        "purpose": "offer",
        "publishes": {
            "type": "Intent",
            "id": f"{address}#primary",
            "action": "transfer",
            "resourceQuantity": {"hasUnit": "one", "hasNumericalValue": "1"},
        },
        "unitBased": False,
        "price": "open",
    }
    return told | changes


def priced(stage: Stage, value: str, code: str = "VILA", unit: str = "one") -> Json:
    return {
        "price": "amount",
        "reciprocal": {
            "type": "Intent",
            "id": f"{stage.vila.origin}/market/1#reciprocal",
            "action": "transfer",
            "resourceConformsTo": f"{stage.vila.origin}/currency/{code}",
            "resourceQuantity": {"hasUnit": unit, "hasNumericalValue": value},
        },
    }


def page(*items: object, cursor: str = "1", more: bool = False) -> Page:
    return Page(
        context=_CONTEXT,
        id="https://vila.example/fed/v1/offers",
        ordered_items=tuple(msgspec.Raw(json.dumps(item).encode()) for item in items),
        cursor=cursor,
        more=more,
    )


def start(stage: Stage) -> Round:
    return stage.oak.read(gathering.begin, stage.vila_at_oak().id, now=stage.now)


def hear(stage: Stage, *items: object) -> Round:
    """Let Oakvale hear the whole market of Vila Nova."""
    stage.now += 100_000
    current = start(stage)
    return stage.oak.write(gathering.take, current, page(*items), now=stage.now)


def shown(stage: Stage) -> list[Seen]:
    def look(reader: Reader) -> list[Seen]:
        actor = acting_as(reader, people(reader)[0])
        return [
            each
            for kind in Kind
            for each in finding.browse(
                reader, actor, Wanted(kind=kind), now=stage.now
            ).listings
        ]

    return stage.oak.read(look)


def test_an_honest_listing_is_shown(stage: Stage) -> None:
    told = hear(stage, proposal(stage, **priced(stage, "2")))

    assert told.refused == 0
    assert [(one.title, one.owner) for one in shown(stage)] == [
        ("Bread", f"0001@{stage.vila.name}")
    ]


Wrong = Callable[[Stage], Json]
_PERSON = {"type": "Person", "id": "https://vila.example/p/1", "name": "B"}
WRONG: dict[str, Wrong] = {
    "another's address": lambda s: {"id": f"{s.waha.origin}/market/1"},
    "an address like its own": lambda s: {"id": f"{s.vila.origin}.evil.example/market/1"},
    "a script for an address": lambda _: {"id": "javascript:alert(1)"},
    "a place that is not on earth": lambda _: {
        "location": {"type": "Place", "name": "Up", "latitude": 95, "longitude": 0}
    },
    "a place of endless numbers": lambda _: {
        "location": {"type": "Place", "name": "Up", "latitude": 1, "longitude": 1e308}
    },
    "another's member": lambda s: {
        "attributedTo": {
            **_PERSON,
            "id": f"{s.waha.origin}/p/1",
            "preferredUsername": "1",
        }
    },
    "a member at another node": lambda s: {
        "attributedTo": {
            **_PERSON,
            "id": f"{s.vila.origin}/p/1",
            "preferredUsername": "1@waha.example",
        }
    },
    "a member without a name": lambda s: {
        "attributedTo": {
            **_PERSON,
            "id": f"{s.vila.origin}/p/1",
            "name": " ",
            "preferredUsername": "1",
        }
    },
    "no title": lambda _: {"name": "  "},
    "a long title": lambda _: {"name": "x" * 101},
    "a title that turns around": lambda _: {"name": "Bread \u202e 0001"},
    "a title that cannot be seen": lambda _: {"name": "\u200b\u200b"},
    "a number for a title": lambda _: {"name": 7},
    "a huge text": lambda _: {"content": "x" * 5_001},
    "a text that is HTML": lambda _: {"mediaType": "text/html"},
    "many keywords": lambda _: {
        "tag": [{"type": "Hashtag", "name": f"k{n}"} for n in range(13)]
    },
    "a long keyword": lambda _: {"tag": [{"type": "Hashtag", "name": "x" * 61}]},
    "a long category": lambda _: {"category": "x" * 61},
    "a long place": lambda _: {"location": {"type": "Place", "name": "x" * 61}},
    "another currency": lambda s: priced(s, "1", code="OAKV"),
    "another unit": lambda s: priced(s, "1", unit="kilogram"),
    "a price of nothing": lambda s: priced(s, "0"),
    "a price below nothing": lambda s: priced(s, "-1"),
    "a price too fine": lambda s: priced(s, "0.123456789"),
    "a price beyond all": lambda s: priced(s, "9" * 16),
    "a price in another script": lambda s: priced(s, "\u0661"),
    "an endless price": lambda s: priced(s, "1e400"),
    "an amount that is none": lambda _: {"price": "amount"},
    "words that are none": lambda _: {"price": "words"},
    "another way of a price": lambda _: {"price": "auction"},
    "an end before it was told": lambda _: {"endTime": "2001-01-01T00:00:00Z"},
    "no date": lambda _: {"published": "yesterday"},
    "a date without a zone": lambda _: {"published": "2025-07-01T10:00:00"},
    "another purpose": lambda _: {"purpose": "lottery"},
    "another type": lambda _: {"type": "Note"},
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_taken_is_passed_over_and_the_rest_is_kept(
    stage: Stage, case: str
) -> None:
    bad = proposal(stage) | WRONG[case](stage)

    told = hear(stage, bad, proposal(stage, "Jam"))

    assert told.refused == 1
    assert [one.title for one in shown(stage)] == ["Jam"]


@pytest.mark.parametrize(
    "item", [None, 1, "x", [], {}, [[[]]], {"type": "Tombstone"}, {"type": {}}]
)
def test_what_is_no_listing_at_all_is_passed_over(stage: Stage, item: object) -> None:
    assert hear(stage, item, proposal(stage)).refused == 1
    assert len(shown(stage)) == 1


def test_an_end_or_beginning_far_away_is_brought_near(stage: Stage) -> None:
    told = hear(
        stage,
        proposal(stage, "Old", published="0001-01-01T00:00:00Z"),
        proposal(stage, "New", published="9999-12-31T23:59:59Z"),
        proposal(stage, "Everlasting", endTime="9999-12-31T23:59:59-23:59"),
    )

    assert told.refused == 0
    assert {one.title for one in shown(stage)} == {"Old", "New", "Everlasting"}
    assert max(one.expires_on or "" for one in shown(stage)) < "2027"
    assert max(one.shown_on or "" for one in shown(stage)) < "2026"


def test_a_price_that_nobody_here_could_pay_is_shown_in_theirs_alone(stage: Stage) -> None:
    hear(stage, proposal(stage, **priced(stage, "80000000")))
    stage.oak.write(lambda writer: writer.run("UPDATE peers SET rate_n = 1000000000"))

    (seen,) = shown(stage)
    assert seen.price is not None
    assert seen.price_here is None


def test_a_script_in_a_title_is_only_text(stage: Stage) -> None:
    hear(stage, proposal(stage, "<script>alert(1)</script>"))

    (seen,) = shown(stage)
    assert seen.title == "<script>alert(1)</script>"


def test_whom_somebody_wrote_to_is_called_as_their_market_calls_them(stage: Stage) -> None:
    def called(reader: Reader) -> list[str]:
        actor = acting_as(reader, member(reader, 1))
        return [thread.whom.name for thread in reading.inbox(reader, actor)]

    writes(stage.oak, 1, "0001@vila.example")
    before = stage.oak.read(called)

    hear(stage, proposal(stage))

    assert before == ["VILA0001"]
    assert stage.oak.read(called) == ["Bea"]


def test_a_peer_takes_nothing_of_another_peer_down(stage: Stage) -> None:
    hear(stage, proposal(stage))
    gone = {
        "type": "Tombstone",
        "id": proposal(stage)["id"],
        "deleted": "2025-07-02T00:00:00Z",
    }

    def by_waha(writer: Writer) -> Round:
        waha = peers.find(writer, stage.waha.name)
        current = gathering.begin(writer, waha.id, now=stage.now)
        return gathering.take(writer, current, page(gone, proposal(stage)), now=stage.now)

    assert stage.oak.write(by_waha).refused == 2
    assert len(shown(stage)) == 1


def test_the_same_listing_told_many_times_is_there_once(stage: Stage) -> None:
    hear(stage, *[proposal(stage)] * 5, proposal(stage, content="other words"))

    (seen,) = shown(stage)
    assert seen.text == "other words"


def test_two_hearings_that_overlap_lose_nothing(stage: Stage) -> None:
    stage.now += 100_000
    first = start(stage)
    stage.now += 10
    second = start(stage)
    told = page(proposal(stage), cursor="1", more=True)
    last = page(cursor="2")

    def overlap(writer: Writer) -> None:
        later = gathering.take(writer, second, told, now=stage.now)
        gathering.take(writer, first, told, now=stage.now)
        gathering.take(writer, later, last, now=stage.now)

    stage.oak.write(overlap)

    assert [one.title for one in shown(stage)] == ["Bread"]


def test_an_offering_that_became_a_want_is_one_listing(stage: Stage) -> None:
    hear(stage, proposal(stage))
    hear(stage, proposal(stage, purpose="request"))

    assert [one.kind for one in shown(stage)] == [Kind.WANT]


def test_pages_that_go_in_circles_are_refused(stage: Stage) -> None:
    def circle(writer: Writer) -> None:
        current = gathering.begin(writer, stage.vila_at_oak().id, now=stage.now)
        for cursor in ("1", "2", "1"):
            told = page(proposal(stage, f"Bread {cursor}"), cursor=cursor, more=True)
            current = gathering.take(writer, current, told, now=stage.now)

    with pytest.raises(FederationError, match="in circles"):
        stage.oak.write(circle)


def test_pages_without_end_are_refused(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "MOST_PAGES", 3)

    def go_on(writer: Writer) -> None:
        current = gathering.begin(writer, stage.vila_at_oak().id, now=stage.now)
        for number in range(9):
            told = page(cursor=str(number), more=True)
            current = gathering.take(writer, current, told, now=stage.now)

    with pytest.raises(FederationError, match="more than 3 pages"):
        stage.oak.write(go_on)


def test_no_more_is_kept_of_a_peer_than_there_is_room_for(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "MOST_LISTINGS", 2)

    told = hear(stage, *(proposal(stage, name) for name in ("A", "B", "C", "D")))

    assert told.refused == 2
    assert len(shown(stage)) == 2


def test_what_comes_after_the_end_of_a_peering_is_not_kept(stage: Stage) -> None:
    stage.now += 100_000
    current = start(stage)

    def part(writer: Writer) -> None:
        name = stage.vila.name
        standing.freeze(writer, OPERATOR, name, why="stolen key", now=stage.now)

    stage.oak.write(part)
    told = stage.oak.write(gathering.take, current, page(proposal(stage)), now=stage.now)

    assert told.is_over
    assert shown(stage) == []


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@_FUZZ
@given(data=st.data())
def test_whatever_stands_in_any_place_is_taken_or_refused(
    stage: Stage, data: st.DataObject
) -> None:
    told = proposal(stage, **priced(stage, "2"))
    place = data.draw(st.sampled_from(sorted(told)))
    where = told
    while isinstance(where[place], dict) and data.draw(st.booleans()):
        where = where[place]
        place = data.draw(st.sampled_from(sorted(where)))
    where[place] = data.draw(JSONS | st.datetimes().map(lambda at: f"{at.isoformat()}Z"))

    heard = hear(stage, told)

    assert heard.refused + len(shown(stage)) == 1


@_FUZZ
@given(document=st.binary(max_size=60) | JSONS.map(lambda told: json.dumps(told).encode()))
def test_whatever_comes_for_a_page_is_read_or_refused(document: bytes) -> None:
    try:
        read_page(document)
    except FederationError as error:
        assert error.detail  # noqa: PT017 - it is refused, or it was a page


def written(cursor: str = "1", items: int = 0) -> bytes:
    told = {
        "@context": {},
        "type": "OrderedCollectionPage",
        "id": "https://vila.example/fed/v1/offers",
        "orderedItems": [{}] * items,
        "cursor": cursor,
        "more": True,
    }
    return json.dumps(told).encode()


@pytest.mark.parametrize(
    "document",
    [
        b'{"@context":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        written(items=201),
        written(cursor=""),
        written(cursor="x" * 129),
    ],
)
def test_a_page_too_deep_too_long_or_without_a_cursor_is_refused(document: bytes) -> None:
    with pytest.raises(FederationError):
        read_page(document)
