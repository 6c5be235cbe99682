"""What an exchange tells maps and directories of itself: nothing, until it wants to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pytest_aiohttp.plugin import AiohttpClient

from cesnode.app import build_app
from cesnode.config import Murmurations, Public
from cesnode.formats.murmurations import SCHEMAS, node_id
from cesnode.ledger.money import Currency, Measure
from cesnode.store import Store
from cesnode.web.site import Site
from tests.support.exchanges import LEAF, NOW, found, oakvale
from tests.support.feeds import faults_of_json
from tests.support.node import Outcome, cesnode

PROFILE = "/murmurations.json"
ADDRESS = f"http://127.0.0.1:8101{PROFILE}"
WANTED = Murmurations(
    shows=True,
    description="Neighbours who do things for each other.",
    country="PT",
    region="Lisboa",
    locality="Oakvale",
    place="38.7223, -9.1393",
)
HOURS = Currency(code="TIME", singular="hour", plural="hours", measure=Measure.TIME)
GIFTS = Currency(
    code="GIFT", singular="gift", plural="gifts", measure=Measure.GIFT, scale=0
)


async def told(client: AiohttpClient, folder: Path, site: Site) -> str | None:
    store = Store(folder)
    guest = await client(build_app(store, clock=lambda: NOW, site=site))
    answer = await guest.get(PROFILE)
    text = await answer.text()
    await guest.close()
    await store.close()
    if answer.status == 404:
        return None
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["Cache-Control"] == "public, max-age=900"
    return text


@pytest.mark.parametrize("currency", [LEAF, HOURS, GIFTS], ids=lambda one: one.code)
@pytest.mark.parametrize("wanted", [WANTED, Murmurations(shows=True)], ids=["all", "least"])
async def test_a_profile_is_what_both_schemas_ask_for(
    aiohttp_client: AiohttpClient,
    tmp_path: Path,
    currency: Currency,
    wanted: Murmurations,
) -> None:
    folder = found(tmp_path / "there", oakvale(currency))
    site = Site(murmurations=wanted, email="rosa@oakvale.example", phone="555 0102")

    profile = await told(aiohttp_client, folder, site)

    assert profile is not None
    for schema in ("organizations", "complementary_currencies"):
        assert faults_of_json(profile, schema) == []


async def test_a_profile_tells_what_its_keepers_chose(
    aiohttp_client: AiohttpClient, founded: Path
) -> None:
    site = Site(murmurations=WANTED, email="rosa@oakvale.example", phone="555 0102")

    profile = json.loads(await told(aiohttp_client, founded, site) or "")

    assert profile["linked_schemas"] == list(SCHEMAS)
    assert profile["name"] == "Oakvale Exchange"
    assert profile["primary_url"] == "http://127.0.0.1:8101"
    assert profile["rss"] == "http://127.0.0.1:8101/feeds/market.atom"
    assert profile["geolocation"] == {"lat": 38.7223, "lon": -9.1393}
    assert (profile["country_iso_3166"], profile["locality"]) == ("PT", "Oakvale")
    assert profile["contact_details"] == {"email": "rosa@oakvale.example"}
    assert (profile["movement"], profile["launch_year"]) == ("lets", 2025)
    assert NOW < profile["expires"] < NOW + 130 * 86_400


async def test_what_is_not_known_is_left_out(
    aiohttp_client: AiohttpClient, founded: Path
) -> None:
    site = Site(murmurations=Murmurations(shows=True), public=Public(market=False))

    profile = json.loads(await told(aiohttp_client, founded, site) or "")

    for name in ("description", "geolocation", "latitude", "rss", "contact_details"):
        assert name not in profile


async def test_nothing_is_told_before_somebody_wants_it(
    aiohttp_client: AiohttpClient, founded: Path
) -> None:
    assert await told(aiohttp_client, founded, Site()) is None


@dataclass
class Index:
    """What an index of communities would do: it keeps what it was asked."""

    status: int = 200
    answer: object = field(default_factory=lambda: {"data": {"status": "posted"}})
    asked: list[tuple[str, str, object]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else None
        self.asked.append((request.method, request.path, body))
        return web.json_response(self.answer, status=self.status)


@pytest.fixture
async def index() -> AsyncIterator[tuple[Index, str]]:
    kept = Index()
    app = web.Application()
    app.router.add_route("*", "/v2/{tail:.*}", kept.take)
    async with TestServer(app) as server:
        yield kept, str(server.make_url("/v2"))


async def run(folder: Path, *words: str) -> Outcome:
    return await asyncio.to_thread(
        cesnode, "murmurations", *words, "--data", str(folder), "--json"
    )


def want(folder: Path) -> None:
    (folder / "config.toml").write_text(
        '[murmurations]\nshows = true\ncountry = "PT"\n', encoding="utf-8"
    )


async def test_an_index_is_asked_to_read_the_profile_when_an_operator_says_so(
    founded: Path, index: tuple[Index, str]
) -> None:
    kept, address = index
    want(founded)

    outcome = await run(founded, "announce", "--index", address)

    assert outcome.code == 0
    assert outcome.json == {"profile_url": ADDRESS, "index": address, "status": "posted"}
    assert kept.asked == [("POST", "/v2/nodes-sync", {"profile_url": ADDRESS})]


async def test_an_index_forgets_it_when_an_operator_says_so(
    founded: Path, index: tuple[Index, str]
) -> None:
    kept, address = index

    outcome = await run(founded, "withdraw", "--index", address)

    assert outcome.json["status"] == "deleted"
    assert kept.asked == [("DELETE", f"/v2/nodes/{node_id(ADDRESS)}", None)]


async def test_an_exchange_that_tells_nothing_asks_nobody(
    founded: Path, index: tuple[Index, str]
) -> None:
    kept, address = index

    outcome = await run(founded, "announce", "--index", address)

    assert outcome.code == 1
    assert outcome.json["error"]["code"] == "murmurations_off"
    assert kept.asked == []


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (400, {"errors": [{"title": "Missing", "detail": "name"}]}, "400 Missing name"),
        (200, {"data": {"status": "validation_failed"}}, "validation_failed"),
        (200, ["what?"], "it said nothing of it"),
        (500, "oops", "500"),
    ],
)
async def test_what_an_index_says_against_it_is_told(
    founded: Path, index: tuple[Index, str], status: int, answer: object, said: str
) -> None:
    kept, address = index
    kept.status, kept.answer = status, answer
    want(founded)

    outcome = await run(founded, "announce", "--index", address)

    assert outcome.code == 1
    assert outcome.json["error"]["code"] == "index_refused"
    assert said in outcome.stderr


async def test_an_index_that_is_not_there_is_named_as_such(founded: Path) -> None:
    want(founded)

    outcome = await run(founded, "announce", "--index", "http://127.0.0.1:9")

    assert outcome.code == 1
    assert outcome.json["error"]["code"] == "index_refused"


async def test_an_operator_sees_what_would_be_told(founded: Path) -> None:
    outcome = await run(founded, "show")

    assert outcome.code == 0
    assert outcome.json["name"] == "Oakvale Exchange"
