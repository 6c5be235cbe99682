"""Pages as a browser gets them: right, small, kept while true, safe when things fail."""

from __future__ import annotations

import gzip
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from cesnode.app import build_app
from cesnode.community.roles import OPERATOR
from cesnode.errors import Busy
from cesnode.ledger.money import render
from cesnode.services import statistics, trading
from cesnode.services.statistics import Figures
from cesnode.store import Store, Writer, keyring
from cesnode.store.store import reading
from cesnode.web.colours import Colour
from cesnode.web.problems import MEDIA_TYPE
from cesnode.web.site import Site
from tests.integration.conftest import Village
from tests.support.exchanges import LEAF, NOW, order

PAGES = ("/", "/numbers", "/-/styleguide")
HTML_BUDGET, CSS_BUDGET, FIRST_VISIT = 12_000, 8_000, 40_000
PURPLE = Colour.read("#7a1fa0")


@dataclass(frozen=True, slots=True)
class Got:
    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def text(self) -> str:
        is_packed = self.headers.get("Content-Encoding") == "gzip"
        return (gzip.decompress(self.raw) if is_packed else self.raw).decode()

    @property
    def words(self) -> str:
        """Return what a person reads of it."""
        return " ".join(re.sub(r"<[^>]*>", " ", self.text).split())


class Browser:
    """Asks as a browser does, and keeps what it got as it came over the wire."""

    def __init__(self, client: TestClient[Any, Any], store: Store) -> None:
        self.client = client
        self.store = store

    async def get(self, path: str, **headers: str) -> Got:
        asked = {"Accept-Encoding": "gzip, deflate, br", **headers}
        async with self.client.get(path, headers=asked) as response:
            return Got(response.status, response.headers, await response.read())

    async def trade(self, village: Village, amount: str) -> None:
        wanted = order(village.ann, village.bob, amount)
        await self.store.write(_record, wanted)


def _record(writer: Writer, wanted: Any) -> None:  # noqa: ANN401 - an Order
    trading.record(writer, OPERATOR, wanted, now=NOW)


@pytest.fixture
async def browser(
    aiohttp_client: AiohttpClient, village: Village
) -> AsyncIterator[Browser]:
    keyring.ensure(village.folder)
    store = Store(village.folder)
    site = Site(brand=PURPLE, contact="Eva Elm", email="eva@oakvale.example")
    app = build_app(store, clock=lambda: NOW, site=site)
    app.add_routes([web.get("/bug", _bug), web.get("/busy", _busy)])
    client = await aiohttp_client(app, auto_decompress=False)
    yield Browser(client, store)
    await client.close()
    await store.close()


async def _bug(_request: web.Request) -> web.Response:
    raise RuntimeError("the secret of the house")


async def _busy(_request: web.Request) -> web.Response:
    raise Busy


def told(village: Village) -> Figures:
    with reading(village.folder) as reader:
        return statistics.figures(reader, None, now=NOW)


async def test_the_pages_tell_the_figures_of_the_ledger(
    browser: Browser, village: Village
) -> None:
    for amount in ("12.50", "60", "7"):
        await browser.trade(village, amount)

    front, numbers = await browser.get("/"), await browser.get("/numbers")

    figures = told(village)
    assert render(figures.value, LEAF) == "79.50"
    for page in (front, numbers):
        assert page.status == 200
        assert "79.50" in page.words
        assert "0.00 leaves" in page.words
        assert "−79.50" in page.words
        assert figures.head.hash.hex() in page.words.replace(" ", "")
    assert "trades this month 3" in front.words
    assert "An hour of ordinary work is worth 10 leaves" in front.words
    assert "July 2025 3 79.50" in numbers.words


async def test_a_page_is_drawn_again_when_something_was_recorded(
    browser: Browser, village: Village
) -> None:
    before = await browser.get("/")
    unchanged = await browser.get("/", **{"If-None-Match": before.headers["Etag"]})

    await browser.trade(village, "5")
    after = await browser.get("/", **{"If-None-Match": before.headers["Etag"]})

    assert (unchanged.status, unchanged.raw) == (304, b"")
    assert unchanged.headers["Vary"] == before.headers["Vary"]
    assert after.status == 200
    assert after.headers["Etag"] != before.headers["Etag"]


async def test_whoever_cannot_unpack_gets_the_same_page_plain(browser: Browser) -> None:
    packed = await browser.get("/")
    plain = await browser.get("/", **{"Accept-Encoding": "identity"})
    unwanted = await browser.get("/", **{"Accept-Encoding": "gzip;q=0"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.text == plain.text == unwanted.text


@pytest.mark.parametrize("language", ["en", "de", "ar"])
async def test_pages_are_small(browser: Browser, village: Village, language: str) -> None:
    await browser.trade(village, "5")
    sizes = {}

    for path in PAGES:
        page = await browser.get(path, **{"Accept-Language": language})
        sizes[path] = len(page.raw)
        files = re.findall(r'"(/static/[^"]+)"', page.text)
        shipped = {file: len((await browser.get(file)).raw) for file in files}
        stylesheet = next(size for file, size in shipped.items() if file.endswith(".css"))

        assert stylesheet <= CSS_BUDGET
        assert sizes[path] + sum(shipped.values()) <= FIRST_VISIT

    assert max(sizes.values()) <= HTML_BUDGET


@pytest.mark.parametrize("path", [*PAGES, "/nothing"])
async def test_nothing_of_others_runs_in_a_page(browser: Browser, path: str) -> None:
    page = await browser.get(path)

    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|https?://", page.text)


async def test_a_static_file_is_kept_for_ever_under_a_name_of_its_content(
    browser: Browser,
) -> None:
    page = await browser.get("/")
    (stylesheet,) = re.findall(r'"(/static/app[^"]+)"', page.text)

    file = await browser.get(stylesheet)
    again = await browser.get(stylesheet, **{"If-None-Match": file.headers["Etag"]})
    other = await browser.get("/static/app.0000000000000000.css")
    outside = await browser.get("/static/..%2fkeys.py")

    assert file.headers["Content-Type"].startswith("text/css")
    assert "immutable" in file.headers["Cache-Control"]
    assert again.status == 304
    assert (other.status, outside.status) == (404, 404)


async def test_the_brand_is_the_exchanges_own_colour(browser: Browser) -> None:
    page = await browser.get("/")
    (stylesheet,) = re.findall(r'"(/static/app[^"]+)"', page.text)

    assert f"--brand:{PURPLE.hex}" in (await browser.get(stylesheet)).text


async def test_every_page_says_how_to_reach_a_person(browser: Browser) -> None:
    for path in (*PAGES, "/nothing"):
        page = await browser.get(path)

        assert "Eva Elm" in page.words
        assert 'href="mailto:eva@oakvale.example"' in page.text


async def test_a_language_that_was_chosen_stays(browser: Browser) -> None:
    chosen = await browser.get("/?lang=es")
    after = await browser.get("/numbers", **{"Accept-Language": "de"})

    assert '<html lang="es"' in chosen.text
    assert "HttpOnly" in chosen.headers["Set-Cookie"]
    assert "Nuestro intercambio en cifras" in after.words


async def test_an_unknown_language_sets_no_cookie(browser: Browser) -> None:
    page = await browser.get("/?lang=tlh%0d%0aX:y")

    assert page.status == 200
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize(
    ("method", "path", "status", "code", "advice"),
    [
        ("GET", "/nothing", 404, "not_found", "begin at the front page"),
        ("POST", "/numbers", 405, "method_not_allowed", "go back"),
        ("GET", "/busy", 503, "busy", "wait a minute"),
        ("GET", "/bug", 500, "unexpected", "try again in a minute"),
    ],
)
async def test_people_are_told_what_went_wrong_and_what_to_do_next(
    browser: Browser, method: str, path: str, status: int, code: str, advice: str
) -> None:
    asked = {"Accept-Encoding": "gzip"}
    async with browser.client.request(method, path, headers=asked) as response:
        page = Got(response.status, response.headers, await response.read())

    assert page.status == status
    assert page.headers["Content-Type"].startswith("text/html")
    assert page.headers["Cache-Control"] == "no-store"
    assert "Etag" not in page.headers
    assert code in page.words
    assert advice in page.words
    assert 'href="/"' in page.text
    assert "secret" not in page.text


async def test_a_failure_is_told_in_the_visitors_language(browser: Browser) -> None:
    page = await browser.get("/nothing", **{"Accept-Language": "ar"})

    assert re.search(r'<html lang="ar"\s+dir="rtl"', page.text)
    assert "لا يوجد شيء في هذا العنوان." in page.words


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/fed/v1/nothing", "/-/nothing"])
async def test_programs_are_told_in_their_own_form(browser: Browser, path: str) -> None:
    answer = await browser.get(path, Accept="text/html")

    assert answer.status == 404
    assert answer.headers["Content-Type"].startswith(MEDIA_TYPE)


async def test_waiting_time_and_methods_stand_in_the_head_of_an_error_page(
    browser: Browser,
) -> None:
    busy = await browser.get("/busy")
    async with browser.client.post("/numbers") as wrong:
        allowed = wrong.headers["Allow"]

    assert busy.headers["Retry-After"] == "5"
    assert set(allowed.split(",")) == {"GET", "HEAD"}


async def test_the_error_page_comes_even_without_the_file(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("no file")

    monkeypatch.setattr(browser.store, "read", broken)
    page = await browser.get("/")

    assert page.status == 500
    assert "Something broke here" in page.words
    assert "Oakvale" not in page.words


async def test_the_head_alone_may_be_asked_for(browser: Browser) -> None:
    async with browser.client.head("/", headers={"Accept-Encoding": "gzip"}) as response:
        assert response.status == 200
        assert response.headers["Etag"]
