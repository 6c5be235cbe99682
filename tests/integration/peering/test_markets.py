"""Markets of two exchanges: shown, heard, found, withdrawn, and gone when they part."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cesnode.community.market import Audience, Kind, Price, Wish
from cesnode.community.roles import OPERATOR
from cesnode.services.market import finding, sharing
from cesnode.services.market.drafts import Draft
from cesnode.services.market.finding import Wanted
from cesnode.services.peering import changing, standing
from cesnode.services.peering.wishes import Wishes
from cesnode.store import Reader
from federation.endpoints import OFFERS
from federation.errors import Problem
from federation.offers import MEDIA_TYPE
from federation.transport.client import Call, Remote
from tests.support.exchanges import DAY
from tests.support.exchanges_online import Clock, Town, ask
from tests.support.markets import WAIT, Stall, feed_of, hear


@pytest.fixture
async def ann(oak: Town, vila: Town) -> Stall:
    """A member of Oakvale, which is a peer of Vila Nova."""
    await oak.agree_with(vila)
    return await Stall.of(oak, "Ann Ash")


@pytest.fixture
async def bea(vila: Town) -> Stall:
    return await Stall.of(vila, "Béa Braga")


@pytest.fixture
def later(clock: Clock) -> Callable[[], None]:
    def wait() -> None:
        clock.now += WAIT

    return wait


async def indexed(town: Town) -> int:
    def count(reader: Reader) -> int:
        return int(reader.one("SELECT COUNT(*) FROM listing_words")[0])

    return await town.store.read(count)


async def test_what_is_shared_is_found_next_door_in_both_currencies(
    oak: Town, ann: Stall, bea: Stall, later: Callable[[], None]
) -> None:
    await bea.put(
        "Pão de ló", price="1,5", unit="cada um", keywords="bolo", text="de _casa_"
    )

    await hear(oak, later)

    (seen,) = await ann.sees("pao")
    assert (seen.title, seen.text, seen.keywords) == ("Pão de ló", "de _casa_", ("bolo",))
    assert (seen.neighbour, seen.owner_name) == ("Hora Exchange", "Béa Braga")
    assert seen.owner == f"0001@{bea.town.node}"
    assert (seen.kind, seen.way, seen.unit) == (Kind.OFFERING, Price.AMOUNT, "cada um")
    assert seen.price is not None
    assert seen.price_here is not None
    assert (seen.price.minor, seen.price.currency.code) == (1_50, "VILA")
    assert (seen.price_here.minor, seen.price_here.currency.code) == (15_00, "OAKV")
    assert await ann.titles("braga") == ["Pão de ló"]


async def test_only_what_its_owner_shares_leaves_the_exchange(
    oak: Town, ann: Stall, bea: Stall, later: Callable[[], None]
) -> None:
    await bea.put("Only here", audience=Audience.HERE)
    await bea.put("For all", audience=Audience.PUBLIC, kind=Kind.WANT)
    await bea.put("A draft", shown=False)

    await hear(oak, later)

    assert await ann.titles(kind=Kind.WANT) == ["For all"]
    assert await ann.titles(kind=Kind.OFFERING) == []
    assert await indexed(oak) == 1


@pytest.mark.parametrize("wish", [Wish.HIDE, Wish.FULFIL, Wish.WITHDRAW])
async def test_what_is_taken_down_is_gone_with_the_next_hearing(
    oak: Town, ann: Stall, bea: Stall, later: Callable[[], None], wish: Wish
) -> None:
    bread = await bea.put("Bread")
    await bea.put("Jam")
    await hear(oak, later)

    await bea.wish(bread, wish)
    await hear(oak, later)

    assert await ann.titles() == ["Jam"]
    assert await indexed(oak) == 1


async def test_what_is_shown_to_our_own_alone_from_now_on_is_gone_next_door(
    oak: Town, ann: Stall, bea: Stall, later: Callable[[], None]
) -> None:
    bread = await bea.put("Bread")
    await hear(oak, later)

    await bea.rewrite(bread, Draft(title="Bread", audience=Audience.HERE))
    await hear(oak, later)

    assert await ann.titles() == []


async def test_what_is_rewritten_is_found_as_it_is_now(
    oak: Town, ann: Stall, bea: Stall, later: Callable[[], None]
) -> None:
    bread = await bea.put("Bread", price="1")
    await hear(oak, later)

    await bea.rewrite(bread, Draft(title="Rye bread", audience=Audience.PUBLIC))
    await hear(oak, later)

    assert await ann.titles("bread") == ["Rye bread"]
    assert await indexed(oak) == 1


async def test_a_market_of_many_pages_is_heard_whole_and_then_only_its_news(
    oak: Town,
    ann: Stall,
    bea: Stall,
    later: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sharing, "PAGE", 2)
    for number in range(5):
        await bea.put(f"Thing {number}")

    await hear(oak, later)
    first = await feed_of(oak, bea.town)
    await hear(oak, later)
    second = await feed_of(oak, bea.town)

    assert len(await ann.titles()) == 5
    assert first.cursor == second.cursor != ""
    assert first.whole_at == second.whole_at
    assert second.heard_at > first.heard_at


async def test_hearing_the_same_again_changes_nothing(
    oak: Town, ann: Stall, bea: Stall, later: Callable[[], None], clock: Clock
) -> None:
    await bea.put("Bread", until="")
    await hear(oak, later)

    def revision(reader: Reader) -> int:
        return int(reader.one("SELECT MAX(revision) FROM listings")[0])

    before = await oak.store.read(revision)
    clock.now += DAY - WAIT
    await hear(oak, later)

    assert await ann.titles() == ["Bread"]
    assert await oak.store.read(revision) == before
    assert (await feed_of(oak, bea.town)).whole_at == clock.now


async def test_what_a_peer_forgot_to_tell_of_is_gone_within_a_day(
    oak: Town, ann: Stall, bea: Stall, later: Callable[[], None], clock: Clock
) -> None:
    bread = await bea.put("Bread")
    await bea.put("Jam")
    await hear(oak, later)
    await bea.town.store.write(
        lambda writer: writer.run(
            "UPDATE listings SET was_shared = 0 WHERE id = ?", (bread,)
        )
    )

    await hear(oak, later)
    assert len(await ann.titles()) == 2
    clock.now += DAY - 2 * WAIT
    await hear(oak, later)

    assert await ann.titles() == ["Jam"]


async def test_a_market_that_cannot_be_heard_for_a_day_is_not_shown(
    oak: Town, ann: Stall, bea: Stall, later: Callable[[], None], clock: Clock
) -> None:
    await bea.put("Bread")
    await hear(oak, later)
    await bea.town.down()

    await hear(oak, later)
    assert await ann.titles() == ["Bread"]
    assert (await feed_of(oak, bea.town)).fault != ""
    clock.now += DAY
    await hear(oak, later)
    assert await ann.titles() == []

    await bea.town.up()
    await hear(oak, later)
    assert await ann.titles() == ["Bread"]
    assert (await feed_of(oak, bea.town)).fault == ""


@pytest.mark.parametrize("end", ["close", "freeze"])
async def test_the_market_of_a_peer_we_part_from_is_gone_at_once(
    oak: Town, ann: Stall, bea: Stall, later: Callable[[], None], end: str
) -> None:
    await bea.put("Bread")
    await hear(oak, later)

    way = {"close": standing.close, "freeze": standing.freeze}[end]
    await oak.store.write(way, OPERATOR, bea.town.node, why="enough", now=oak.voice.clock())

    assert await ann.titles() == []
    assert await indexed(oak) == 0
    await hear(oak, later)
    assert await ann.titles() == []


async def test_a_peer_we_show_nothing_sees_nothing_any_more(
    oak: Town, ann: Stall, bea: Stall, later: Callable[[], None]
) -> None:
    await bea.put("Bread")
    await hear(oak, later)

    await bea.town.store.write(
        changing.change,
        bea.town.voice.here,
        OPERATOR,
        oak.node,
        Wishes(share_market=False),
        now=oak.voice.clock(),
    )
    await hear(oak, later)

    assert await ann.titles() == []


async def test_what_a_neighbour_shows_is_not_for_strangers(
    oak: Town, bea: Stall, ann: Stall, later: Callable[[], None]
) -> None:
    await bea.put("Bread", audience=Audience.PUBLIC)
    await ann.put("Jam", audience=Audience.PUBLIC)
    await hear(oak, later)

    def look(reader: Reader) -> list[str]:
        now = oak.voice.clock()
        found = finding.browse(reader, None, Wanted(), now=now)
        return [each.title for each in found.listings]

    assert await oak.store.read(look) == ["Jam"]


async def test_a_page_ends_before_it_is_too_large_for_one_answer(
    oak: Town,
    ann: Stall,
    bea: Stall,
    later: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sharing, "MOST_BYTES", 900)
    for number in range(3):
        await bea.put(f"Thing {number}", text="x" * 800)

    await hear(oak, later)

    assert len(await ann.titles()) == 3


async def test_a_feed_says_what_it_is_and_refuses_what_is_no_cursor_of_its_own(
    oak: Town, ann: Stall, bea: Stall
) -> None:
    await bea.put("Bread")
    remote = Remote(bea.town.voice.origin, (bea.town.voice.here.key.public,))

    answer = await oak.voice.client.ask(remote, Call(endpoint=OFFERS))

    assert answer.content_type == MEDIA_TYPE
    assert b'"@context"' in answer.body
    for query in (
        "since=abc",
        "since=-1",
        "since=1&since=2",
        "page=2",
        "since=" + "9" * 99,
    ):
        refused = await ask(oak, bea.town, Call(endpoint=OFFERS, query=query))
        assert refused == (400, Problem.SCHEMA_INVALID)
    assert await ann.titles() == []
