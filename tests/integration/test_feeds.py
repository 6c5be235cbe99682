"""What newsreaders, other sites and search engines get: open things, well made."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as Xml

import pytest
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from cesnode.app import build_app
from cesnode.community.market import Audience, Kind, Price, Wish
from cesnode.community.roles import OPERATOR
from cesnode.config import Public
from cesnode.services.market import keeping, publishing
from cesnode.services.market.drafts import Draft
from cesnode.services.market.finding import PAGE
from cesnode.store import Store, Writer, pictures
from cesnode.store.pictures import Picture
from cesnode.web.site import Site
from tests.integration.conftest import Village
from tests.support.exchanges import FOUNDED, NOW, Person
from tests.support.feeds import SPACE, faults_of_atom, faults_of_json
from tests.support.visitors import signed_in

ATOM, JSON = "/feeds/market.atom", "/feeds/market.json"
FEEDS = (ATOM, JSON)
ORIGIN = "http://127.0.0.1:8101"
TRICKY = 'Jam & <script>alert("1")</script> ]]> 梅 \u200fخبز'
PHOTO = Picture(small="a" * 32 + ".webp", large="b" * 32 + ".webp", width=9, height=9)

Serve = Callable[[Public], Awaitable["Served"]]


@dataclass(frozen=True, slots=True)
class Served:
    client: TestClient[Any, Any]
    store: Store

    async def text(self, path: str, **headers: str) -> str:
        answer = await self.client.get(path, headers=headers)
        assert answer.status == 200, path
        return await answer.text()

    async def items(self, query: str = "") -> list[Mapping[str, Any]]:
        told = json.loads(await self.text(JSON + query))
        return list(told["items"])

    async def titles(self, query: str = "") -> list[str]:
        return [item["title"] for item in await self.items(query)]


@pytest.fixture
async def serve(aiohttp_client: AiohttpClient, village: Village) -> AsyncIterator[Serve]:
    async with AsyncExitStack() as until:

        async def serving(public: Public) -> Served:
            store = Store(village.folder)
            until.push_async_callback(store.close)
            site = Site(public=public)
            client = await aiohttp_client(build_app(store, clock=lambda: NOW, site=site))
            until.push_async_callback(client.close)
            return Served(client, store)

        yield serving


@pytest.fixture
async def served(serve: Serve) -> Served:
    return await serve(Public())


def put(
    writer: Writer,
    /,
    owner: Person,
    title: str,
    *,
    kind: Kind = Kind.OFFERING,
    audience: Audience = Audience.PUBLIC,
    now: int = NOW,
    **draft: Any,  # noqa: ANN401 - Draft checks
) -> int:
    made = publishing.publish(
        writer,
        OPERATOR,
        kind,
        owner.number,
        Draft(title=title, audience=audience, **draft),
        id=uuid4(),
        now=now,
    )
    return made.listing.id


async def fill(served: Served, ann: Person) -> int:
    """Put up one thing that says all there is to say, and one that says little."""

    def work(writer: Writer) -> int:
        keeping.begin(writer, OPERATOR, {"Food": ("🍞", [])}, now=NOW)
        (food,) = keeping.tree(writer)
        put(writer, ann, "A ladder", kind=Kind.WANT, now=NOW - 10)
        listing = put(
            writer,
            ann,
            TRICKY,
            text="Made **by hand** <img src=x onerror=alert(1)>\n\n[site](javascript:x)",
            keywords="plum, sweet",
            category=food.id,
            price="3.50",
            unit="a jar",
        )
        pictures.replace(writer, listing, [PHOTO])
        return listing

    return await served.store.write(work)


async def test_a_strict_reader_has_nothing_to_complain_of(
    served: Served, village: Village
) -> None:
    await fill(served, village.ann)

    for query in ("", "?kind=want", "?kind=offering&q=jam", "?q=nothing+at+all"):
        assert faults_of_atom(await served.text(ATOM + query)) == []
        assert faults_of_json(await served.text(JSON + query), "json_feed") == []


async def test_both_feeds_say_the_same_and_all_there_is(
    served: Served, village: Village
) -> None:
    listing = await fill(served, village.ann)

    feed = Xml.fromstring(await served.text(ATOM))  # noqa: S314 - we wrote it
    first, second = feed.findall(SPACE + "entry")
    items = await served.items()

    for entry, item in zip((first, second), items, strict=True):
        assert entry.findtext(SPACE + "id") == item["id"] == item["url"]
        assert entry.findtext(SPACE + "title") == item["title"]
        assert entry.findtext(SPACE + "content") == item["content_html"]
        assert entry.findtext(SPACE + "updated") == item["date_modified"]
        assert entry.findtext(SPACE + "published") == item["date_published"]
    told = items[0]
    assert told["id"] == f"{ORIGIN}/market/{listing}"
    assert told["title"] == TRICKY
    assert told["authors"] == [{"name": "Ann Ash"}]
    assert told["tags"] == ["Food", "plum", "sweet"]
    assert told["image"] == f"{ORIGIN}/media/{PHOTO.large}"
    for said in ("3.50", "a jar", "<strong>by hand</strong>", "North", PHOTO.large):
        assert said in told["content_html"]


async def test_nothing_that_a_member_wrote_runs_in_a_reader(
    served: Served, village: Village
) -> None:
    await fill(served, village.ann)

    (told,) = await served.items("?kind=offering")

    assert "<script" not in told["content_html"]
    assert "<img src=x" not in told["content_html"]
    assert "javascript:" not in told["content_html"].replace("](javascript:x)", "")


@pytest.mark.parametrize("audience", [Audience.HERE, Audience.NEIGHBOURS])
async def test_what_is_not_for_everybody_is_in_no_feed_even_of_a_member(
    served: Served, village: Village, audience: Audience
) -> None:
    await served.store.write(put, village.ann, "Secret jam", audience=audience)
    member = await signed_in(served.client, served.store, village.ann, now=NOW)

    for path in FEEDS:
        assert "Secret" not in await served.text(path)
        assert "Secret" not in await (await member.get(path)).text()


async def test_a_feed_tells_no_number_and_no_way_to_reach_anybody(
    served: Served, village: Village
) -> None:
    await fill(served, village.ann)

    for path in FEEDS:
        text = await served.text(path)
        assert village.ann.number not in text
        assert "mailto:" not in text


@pytest.mark.parametrize("wish", [Wish.HIDE, Wish.FULFIL, Wish.WITHDRAW, Wish.STOP])
async def test_what_is_not_shown_any_more_leaves_the_feed(
    served: Served, village: Village, wish: Wish
) -> None:
    listing = await served.store.write(put, village.ann, "Plum jam")

    await served.store.write(publishing.move, OPERATOR, listing, wish, reason="no", now=NOW)

    assert await served.titles() == []


async def test_the_address_of_a_feed_says_what_is_looked_for(
    served: Served, village: Village
) -> None:
    def work(writer: Writer) -> None:
        put(writer, village.ann, "Plum jam")
        put(writer, village.cem, "Bread", way=Price.FREE)
        put(writer, village.ann, "A ladder", kind=Kind.WANT)

    await served.store.write(work)

    assert sorted(await served.titles()) == ["A ladder", "Bread", "Plum jam"]
    assert await served.titles("?kind=want") == ["A ladder"]
    assert await served.titles("?q=bread") == ["Bread"]
    assert await served.titles("?q=bread+zebra") == []
    assert await served.titles("?area=1&kind=offering") == ["Plum jam"]


async def test_older_things_are_on_the_next_page(served: Served, village: Village) -> None:
    def work(writer: Writer) -> None:
        for number in range(PAGE + 1):
            put(writer, village.ann, f"Jam {number}", now=NOW - PAGE + number)

    await served.store.write(work)

    first = json.loads(await served.text(JSON + "?kind=offering"))
    atom = Xml.fromstring(await served.text(ATOM))  # noqa: S314 - we wrote it
    rest = json.loads(await served.text(first["next_url"].removeprefix(ORIGIN)))

    assert first["items"][0]["title"] == f"Jam {PAGE}"
    assert [item["title"] for item in rest["items"]] == ["Jam 0"]
    assert "next_url" not in rest
    relations = [link.get("rel") for link in atom.findall(SPACE + "link")]
    assert relations == ["self", "alternate", "next"]


@pytest.mark.parametrize("path", FEEDS)
async def test_whoever_has_a_feed_as_it_is_is_told_so(
    served: Served, village: Village, path: str
) -> None:
    await fill(served, village.ann)
    first = await served.client.get(path)
    tag = first.headers["ETag"]

    again = await served.client.get(path, headers={"If-None-Match": tag})
    await served.store.write(put, village.ann, "Honey", now=NOW + 1)
    later = await served.client.get(path, headers={"If-None-Match": tag})

    assert (first.status, again.status, later.status) == (200, 304, 200)
    assert first.headers["Cache-Control"] == "public, max-age=900"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in first.headers


async def test_an_empty_feed_was_changed_when_the_exchange_began(served: Served) -> None:
    feed = Xml.fromstring(await served.text(ATOM))  # noqa: S314 - we wrote it

    assert feed.findtext(SPACE + "updated") == "2025-06-15T15:06:40Z"
    assert FOUNDED == 1_750_000_000


async def test_a_page_of_the_market_leads_to_its_feed(
    served: Served, village: Village
) -> None:
    await fill(served, village.ann)

    page = await served.text("/market?kind=offering&q=jam")

    assert page.count('<link rel="alternate"') == 2
    assert 'type="application/atom+xml"' in page
    assert 'href="/feeds/market.atom?kind=offering&amp;q=jam"' in page
    assert 'type="application/feed+json"' in page


async def test_a_feed_speaks_the_language_it_is_asked_in(
    served: Served, village: Village
) -> None:
    await fill(served, village.ann)

    told = json.loads(await served.text(JSON + "?kind=want", **{"Accept-Language": "de"}))

    assert told["language"] == "de"
    assert "Gesuche" in told["title"] or "Wants" not in told["title"]


async def test_an_exchange_may_keep_its_market_to_its_members(
    serve: Serve, village: Village
) -> None:
    served = await serve(Public(market=False))
    listing = await fill(served, village.ann)
    member = await signed_in(served.client, served.store, village.bob, now=NOW)

    for path in FEEDS:
        assert (await served.client.get(path)).status == 404
    for path in ("/market", f"/market/{listing}"):
        answer = await served.client.get(path, allow_redirects=False)
        assert answer.status == 303
        assert answer.headers["Location"].startswith("/sign-in?next=")
        assert (await member.get(path)).status == 200
    assert "feeds/market" not in await (await member.get("/market")).text()
    assert "/market" not in await served.text("/")


async def test_search_engines_stay_away_unless_they_are_let_in(
    served: Served, village: Village
) -> None:
    listing = await fill(served, village.ann)

    assert await served.text("/robots.txt") == "User-agent: *\nDisallow: /\n"
    for path in ("/", "/numbers", "/market", f"/market/{listing}", *FEEDS, "/sign-in"):
        answer = await served.client.get(path)
        assert answer.headers["X-Robots-Tag"] == "noindex", path


async def test_where_they_are_let_in_they_see_what_is_open_and_no_more(
    serve: Serve, village: Village
) -> None:
    served = await serve(Public(search_engines=True))
    listing = await fill(served, village.ann)

    rules = (await served.text("/robots.txt")).splitlines()

    assert rules[:3] == ["User-agent: *", "Allow: /$", "Allow: /numbers$"]
    assert "Allow: /market/" in rules
    assert rules[-1] == "Disallow: /"
    for path in ("/", "/numbers", "/market", f"/market/{listing}"):
        assert "X-Robots-Tag" not in (await served.client.get(path)).headers, path
    for path in ("/market?q=jam", *FEEDS, "/sign-in", "/join", "/nothing", "/?lang=de"):
        answer = await served.client.get(path)
        assert answer.headers["X-Robots-Tag"] == "noindex", path


async def test_a_closed_market_is_closed_to_search_engines_too(serve: Serve) -> None:
    served = await serve(Public(market=False, search_engines=True))

    assert "market" not in await served.text("/robots.txt")
