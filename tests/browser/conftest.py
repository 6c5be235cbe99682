"""Debian's chromium, once for all these tests, and an exchange with some life in it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
import pytest_asyncio
from aiohttp import web
from typing_extensions import override

from cesnode.app import build_app
from cesnode.community.roles import OPERATOR
from cesnode.services import trading
from cesnode.store import Store
from cesnode.store.store import writing
from cesnode.web.site import Site
from tests.support.exchanges import DAY, NOW, found, join, order
from tests.support.visitors import COOKIE

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page, Response

CHROMIUM = next(
    filter(
        None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))
    ),
    None,
)
"""The first has no windows even in memory, so a page is there three times as soon."""
SWITCHES = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
NAMES = ("Ann Ash", "Bob Beech", "Cem Cedar", "Dora Dale", "Eva Elm", "Fay Fir", "Gil Gum")
MONTHS = 11
TODAY = NOW + MONTHS * 30 * DAY

Scheme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How somebody looks at pages."""

    width: int
    height: int = 800
    scheme: Scheme = "light"
    language: str = "en"
    scripts: bool = True

    @override
    def __str__(self) -> str:
        scripts = "" if self.scripts else "-no-scripts"
        return f"{self.width}px-{self.scheme}-{self.language}{scripts}"


@dataclass(frozen=True, slots=True)
class Visit:
    """A page that was opened, and what the browser complained of or asked others for."""

    page: Page
    response: Response
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)


class Visitor:
    """Opens pages of one exchange, each time as somebody who has never been there."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.address = address
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    async def open(self, path: str, way: Way, *, secret: str | None = None) -> Visit:
        """Open a page; with the secret of a session, as who is signed in by it."""
        context = await self._browser.new_context(
            viewport={"width": way.width, "height": way.height},
            color_scheme=way.scheme,
            locale=way.language,
            java_script_enabled=way.scripts,
        )
        self._contexts.append(context)
        if secret is not None:
            await context.add_cookies(
                [{"name": COOKIE, "value": secret, "url": self.address}]
            )
        page = await context.new_page()
        complaints: list[str] = []
        strangers: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
        page.on("request", lambda asked: self._look_at(asked.url, strangers))
        response = await page.goto(self.address + path)
        assert response is not None
        return Visit(
            page,
            response,
            complaints,
            strangers,
        )

    def _look_at(self, url: str, strangers: list[str]) -> None:
        if not url.startswith(self.address):
            strangers.append(url)

    async def leave(self) -> None:
        for context in self._contexts:
            await context.close()
        self._contexts.clear()


@pytest.fixture(scope="session")
def lively(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a year of trades among seven people."""
    folder = found(tmp_path_factory.mktemp("browser") / "oakvale")
    with writing(folder) as writer:
        people = [join(writer, name) for name in NAMES]
        for month in range(MONTHS):
            for turn in range(2 + month % 5):
                seller = people[(month + turn) % len(people)]
                buyer = people[(month + 3 * turn + 1) % len(people)]
                if seller != buyer:
                    wanted = order(seller, buyer, str(5 + 3 * turn))
                    trading.record(writer, OPERATOR, wanted, now=NOW + month * 30 * DAY)
    return folder


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def address(lively: Path) -> AsyncIterator[str]:
    """Where the exchange is served, in this process."""
    store = Store(lively)
    site = Site(contact="Rosa Silva", email="rosa@oakvale.example", phone="555 0102")
    runner = web.AppRunner(build_app(store, clock=lambda: TODAY, site=site))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()
    await store.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    playwright = pytest.importorskip(
        "playwright.async_api", reason="playwright is not here"
    )
    if CHROMIUM is None:
        pytest.skip("chromium is not here")
    async with playwright.async_playwright() as started:
        browser = await started.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(chromium: Browser, address: str) -> AsyncIterator[Visitor]:
    visiting = Visitor(chromium, address)
    yield visiting
    await visiting.leave()
