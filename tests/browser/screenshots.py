"""Takes the pictures of docs/img: `python -m tests.browser.screenshots docs/img`.

They show the communities of the demonstration on one fixed day, so that they look the
same whenever they are taken, but for what has changed in the pages.
"""

from __future__ import annotations

import asyncio
import datetime
import io
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from aiohttp import web
from PIL import Image
from playwright.async_api import async_playwright

from cesnode.app import build_app
from cesnode.community.roles import Role
from cesnode.services.demonstration.cast import CAST
from cesnode.services.demonstration.filling import Site as Community
from cesnode.services.demonstration.filling import fill
from cesnode.store import Store, accounts, keyring
from cesnode.store.store import writing
from cesnode.web.site import Site
from tests.browser.conftest import CHROMIUM, SWITCHES
from tests.support.exchanges import Person
from tests.support.visitors import COOKIE, sign_in

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

TODAY = datetime.date(2026, 10, 17)  # A Saturday: market day.
NOON = int(datetime.datetime.combine(TODAY, datetime.time(12), datetime.UTC).timestamp())
PHONE, DESKTOP = (390, 780), (1180, 760)
LARGEST = 60_000
QUALITY = 82

Steps = Callable[["Page"], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A page, as the member of a community sees it whom visitors can be.

    `steps` are what is done on it before the picture is taken.
    """

    name: str
    path: str = "/home"
    code: str = "OAKV"
    size: tuple[int, int] = PHONE
    scheme: Literal["light", "dark"] = "light"
    language: str = "en"
    steps: Steps | None = None


@dataclass(frozen=True, slots=True)
class Served:
    address: str
    secret: str


async def look_before_paying(page: Page) -> None:
    """Fill in whom to pay, how much and what for."""
    await page.locator("[name=other]").fill("Margaret Hale")
    await page.locator("[name=amount]").fill("12.50")
    await page.locator("[name=description]").fill("Three jars of plum jam")
    await page.get_by_role("button", name="Check and pay").click()


async def pay(page: Page) -> None:
    await look_before_paying(page)
    await page.get_by_role("button", name="Pay 12.50").click()


async def scroll_to_hours(page: Page) -> None:
    hours = page.locator("[name='amount.hours']")
    await hours.fill("1")
    await page.locator("[name='amount.minutes']").select_option("30")
    await hours.evaluate("field => field.scrollIntoView({block: 'center'})")


SHOTS = (
    Shot(name="home"),
    Shot(name="check", path="/trade/pay", steps=look_before_paying),
    Shot(name="statement", path="/statement"),
    Shot(name="market", path="/market"),
    Shot(name="person", path="/people/4"),
    Shot(name="numbers", path="/numbers"),
    Shot(name="home-dark", scheme="dark"),
    Shot(name="home-arabic", code="WAHA", language="ar"),
    Shot(
        name="hours-portuguese",
        path="/trade/pay",
        code="VILA",
        language="pt",
        steps=scroll_to_hours,
    ),
    Shot(name="home-desktop", size=DESKTOP),
    Shot(name="done", path="/trade/pay", steps=pay),  # The last: it changes the rest.
)


def settle(folder: Path) -> dict[str, Path]:
    """Let the communities live through their year; return their folders by code."""
    folders = {code: folder / character.slug for code, character in CAST.items()}
    fill(
        [
            Community(character=CAST[code], folder=home, origin=f"http://127.0.0.1:{port}")
            for port, (code, home) in enumerate(folders.items(), 8101)
        ],
        today=TODAY,
        seed=1,
    )
    return folders


@asynccontextmanager
async def served(code: str, folder: Path) -> AsyncIterator[Served]:
    """Serve a community at noon, with its best-known member signed in."""
    character = CAST[code]
    number = character.number(character.having(Role.MEMBER))
    with writing(folder) as writer:
        account = accounts.by_number(writer, number)
        (member,) = accounts.members_of(writer, account.id)
        person = Person(account.number, account.id, member)
        secret = sign_in(writer, person, now=NOON)
    helper = character.having(Role.COORDINATOR)
    site = Site(contact=helper.name, email=character.email(helper) or "")
    keyring.ensure(folder)
    store = Store(folder)
    runner = web.AppRunner(build_app(store, clock=lambda: NOON, site=site))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield Served(f"http://127.0.0.1:{runner.addresses[0][1]}", secret)
    await runner.cleanup()
    await store.close()


async def take(browser: Browser, shot: Shot, at: Served) -> bytes:
    """Return a picture of what fits on the screen."""
    width, height = shot.size
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=shot.scheme,
        locale=shot.language,
    )
    await context.add_cookies([{"name": COOKIE, "value": at.secret, "url": at.address}])
    page = await context.new_page()
    response = await page.goto(at.address + shot.path)
    if response is None or not response.ok:
        raise SystemExit(f"{shot.path} answers {response and response.status}")
    if shot.steps is not None:
        await shot.steps(page)
    picture = await page.screenshot()
    await context.close()
    return picture


def packed(picture: bytes) -> bytes:
    packed = io.BytesIO()
    Image.open(io.BytesIO(picture)).save(packed, "WEBP", quality=QUALITY, method=6)
    return packed.getvalue()


async def main(target: Path) -> None:
    async with AsyncExitStack() as stack:
        scratch = stack.enter_context(tempfile.TemporaryDirectory())
        towns = {
            code: await stack.enter_async_context(served(code, folder))
            for code, folder in settle(Path(scratch)).items()
        }
        started = await stack.enter_async_context(async_playwright())
        browser = await started.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        for shot in SHOTS:
            picture = packed(await take(browser, shot, towns[shot.code]))
            if len(picture) > LARGEST:
                raise SystemExit(f"{shot.name} has {len(picture)} bytes")
            (target / f"{shot.name}.webp").write_bytes(picture)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
