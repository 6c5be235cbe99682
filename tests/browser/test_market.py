"""The market in a real browser: its journeys with their taps, its pages for everybody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import pytest_asyncio
from aiohttp import web
from PIL import Image

from cesnode.app import build_app
from cesnode.community.market import Audience, Kind
from cesnode.community.roles import OPERATOR
from cesnode.jobs import offers
from cesnode.jobs.delivery import Couriers
from cesnode.services import areas, dates, pictures, profiles
from cesnode.services.market import publishing
from cesnode.services.market.drafts import Draft
from cesnode.services.profiles import Told
from cesnode.store import Reader, Store, Writer, accounts, listings, media
from cesnode.store.store import reading, writing
from tests.browser.conftest import TODAY, Visitor, Way
from tests.browser.test_public_pages import LENGTHENED, SMALL, SPILLED, WCAG
from tests.browser.test_trading import Tapping, person
from tests.support.exchanges import DAY, Person, found, join
from tests.support.exchanges_online import HORA, LEAF, Clock, Town, town
from tests.support.markets import Stall
from tests.support.visitors import sign_in

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE, NARROW, DESKTOP = 360, 320, 1280
WAYS = (
    Way(width=PHONE),
    Way(width=PHONE, scheme="dark", language="ar"),
    Way(width=DESKTOP, scheme="dark"),
)
LANES = (Way(width=PHONE, scripts=False), Way(width=DESKTOP))
"""How the journeys are made: on a telephone without scripts, and at a desk."""
PAGES = (
    "/market",
    "/market?kind=want",
    "/market?q=bread&near=20&order=near",
    "/market?q=zebra",
    "/market/{own}",
    "/market/{other}",
    "/market/new",
    "/market/{own}/edit",
    "/market/{own}/pictures",
    "/market/{own}/strips",
    "/market/mine",
    "/market/print",
    "/market/print?sorting=area&letters=large",
    "/people/print?sorting=area",
    "/neighbours",
)
TWELVE = 12
ALL_BYTES = 250_000
PATIENCE_MS = 30_000


def put(
    writer: Writer, owner: Person, title: str, kind: Kind = Kind.OFFERING, **draft: str
) -> int:
    made = publishing.publish(
        writer,
        OPERATOR,
        kind,
        owner.number,
        Draft(title=title, audience=Audience.PUBLIC, **draft),  # type: ignore[arg-type]
        id=uuid4(),
        now=TODAY,
    )
    return made.listing.id


@pytest.fixture(scope="module")
def stalls(lively: Path) -> dict[str, str]:
    """Ann, who is signed in, and Bob have something on the market; Bob can be called."""
    with writing(lively) as writer:
        ann, bob = person(writer, "OAKV0001"), person(writer, "OAKV0002")
        eve = join(writer, "Eve Oak", area="North")
        told = Told(phone="555 0107", place="38.7223, -9.1393")
        profiles.change(writer, OPERATOR, bob.member, told, now=TODAY)
        profiles.change(writer, OPERATOR, ann.member, Told(place="38.75, -9.1"), now=TODAY)
        areas.place(writer, OPERATOR, "North", "38.8, -9.2", now=TODAY)
        put(writer, eve, "Somebody to mend a coat", Kind.WANT)
        other = put(writer, bob, "Sourdough bread", price="4", unit="each", text="- rye")
        own = put(writer, ann, "Plum jam from a garden with an extraordinarily long name")
        secret = sign_in(writer, ann, now=TODAY)
    return {"own": str(own), "other": str(other), "secret": secret}


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("path", PAGES)
async def test_everybody_can_read_it(
    visitor: Visitor, stalls: dict[str, str], path: str, way: Way
) -> None:
    axe = pytest.importorskip("axe_playwright_python.async_playwright").Axe()
    visit = await visitor.open(path.format(**stalls), way, secret=stalls["secret"])

    found = await axe.run(visit.page, options={"runOnly": WCAG})

    assert visit.response.status == 200
    assert found.violations_count == 0, found.generate_report()
    assert visit.strangers == []
    assert visit.complaints == []


@pytest.mark.parametrize("code", ["en", "ar"])
async def test_nothing_spills_over_the_narrowest_screen(
    visitor: Visitor, stalls: dict[str, str], code: str
) -> None:
    way = Way(width=NARROW, language=code)
    visit = await visitor.open("/market", way, secret=stalls["secret"])

    for path in PAGES:
        await visit.page.goto(visitor.address + path.format(**stalls))
        assert await visit.page.evaluate(SPILLED) == [], path
        assert await visit.page.evaluate(SMALL) == [], path
        await visit.page.evaluate(LENGTHENED)
        assert await visit.page.evaluate(SPILLED) == [], path


@pytest.mark.parametrize("way", LANES, ids=str)
async def test_something_is_put_up_in_three_taps_and_three_fields(
    visitor: Visitor, stalls: dict[str, str], lively: Path, way: Way
) -> None:
    visit = await visitor.open("/home", way, secret=stalls["secret"])
    tapping = Tapping(visit.page)

    await tapping.tap("link", "Market")
    await tapping.tap("link", "Put something up")
    await tapping.type("In a few words", f"Apples, {way}")
    await tapping.type("What should others know?", "From my own tree")
    await tapping.type("For how much?", "2.50")
    await tapping.tap("button", "Put it up")

    assert tapping.taps == 3
    assert f"Apples, {way}" in await tapping.words()
    with reading(lively) as reader:
        mine = listings.of_account(reader, person(reader, "OAKV0001").account)
    assert (mine[0].words.title, mine[0].terms.amount) == (f"Apples, {way}", 250)


@pytest.mark.parametrize("way", LANES, ids=str)
async def test_help_is_found_and_reached_in_three_taps(
    visitor: Visitor, stalls: dict[str, str], way: Way
) -> None:
    visit = await visitor.open("/home", way, secret=stalls["secret"])
    tapping = Tapping(visit.page)

    await tapping.tap("link", "Market")
    await tapping.type("Search the market", "bread")
    await tapping.tap("button", "Search")
    await tapping.tap("link", "Sourdough bread")

    number = visit.page.get_by_role("link", name="555 0107")
    assert tapping.taps == 3
    assert await number.get_attribute("href") == "tel:5550107"
    assert await visit.page.get_by_role("button", name="Ask for this").is_visible()


@pytest.mark.parametrize("way", LANES, ids=str)
async def test_what_ends_is_renewed_from_the_mail_by_one_tap(
    visitor: Visitor, lively: Path, way: Way
) -> None:
    with writing(lively) as writer:
        ann = person(writer, "OAKV0001")
        ends = str(dates.day_of(TODAY + 3 * DAY))
        listing = put(writer, ann, "Cherries", until=ends)
        known = publishing.own(writer, OPERATOR, listing)
        token = publishing.renewal_token(writer, known, now=TODAY)
    visit = await visitor.open(f"/renew/{token}", way)  # Nobody is signed in.
    tapping = Tapping(visit.page)

    await tapping.tap("button", "Yes, renew it")

    assert tapping.taps == 1
    assert "Cherries" in await tapping.words()
    with reading(lively) as reader:
        renewed = publishing.own(reader, OPERATOR, listing)
    assert (known.expires_on, renewed.expires_on) == (ends, _in_a_year())


def _in_a_year() -> str:
    return str(dates.day_of(TODAY + 365 * DAY))


async def test_a_stranger_sees_what_is_for_everybody_and_where_it_can_be_followed(
    visitor: Visitor, stalls: dict[str, str]
) -> None:
    visit = await visitor.open("/", Way(width=PHONE, scripts=False))
    tapping = Tapping(visit.page)

    await tapping.tap("link", "What members offer")
    assert "Sourdough bread" in await tapping.words()
    await tapping.tap("link", "Sourdough bread")

    words = await tapping.words()
    assert "Sign in to reach them" in words
    assert "555 0107" not in words
    assert stalls["other"] in visit.page.url


@pytest_asyncio.fixture(loop_scope="session")
async def towns(tmp_path: Path) -> AsyncIterator[tuple[Town, Town, Clock]]:
    """Oakvale and Vila, which trade with each other; the couriers of both are at work."""
    clock = Clock()
    async with (
        town(tmp_path / "oak", LEAF, clock) as oak,
        town(tmp_path / "vila", HORA, clock) as vila,
    ):
        await oak.agree_with(vila)
        carrying = [asyncio.create_task(couriers(each).run()) for each in (oak, vila)]
        yield oak, vila, clock
        for task in carrying:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def couriers(one: Town) -> Couriers:
    return Couriers(one.voice)


@pytest.mark.parametrize("way", LANES, ids=str)
async def test_an_offering_of_another_exchange_is_found_and_paid_for(
    chromium: Browser, towns: tuple[Town, Town, Clock], way: Way
) -> None:
    oak, vila, _ = towns
    vera = await Stall.of(vila, "Vera Vime")
    await vera.put("Bicycle repair", price="1.25", unit="a tyre")
    await offers.gather(oak.voice)
    ann = await oak.store.write(join, "Ann Ash")
    secret = await oak.store.write(sign_in, ann)
    visitor = Visitor(chromium, oak.voice.origin)
    visit = await visitor.open("/home", way, secret=secret)
    tapping = Tapping(visit.page)

    await tapping.tap("link", "Market")
    await tapping.type("Search the market", "bicycle")
    await tapping.tap("button", "Search")
    found = await tapping.words()
    await tapping.tap("link", "Bicycle repair")
    await tapping.tap("link", "Take it, and pay")
    await tapping.tap("button", "Check and pay")
    check = await tapping.words()
    await tapping.tap("button", "Pay 12.50 leaves")
    # The page looks again by itself: nobody taps on it.
    await visit.page.get_by_text("Hora Exchange agreed").wait_for(timeout=PATIENCE_MS)

    for said in ("1.25 horas a tyre", "≈ 12.50 leaves", "Hora Exchange"):
        assert said in found
    for said in ("12.50 leaves", "1.25 horas", "This price holds until"):
        assert said in check
    assert tapping.taps == 6

    def received(reader: Reader) -> int:
        return accounts.by_id(reader, vera.person.account).position.balance

    assert await vila.store.read(received) == 125
    await visitor.leave()


@pytest_asyncio.fixture(loop_scope="session")
async def full_market(tmp_path: Path) -> AsyncIterator[tuple[str, str]]:
    """A page of twelve pictures that are as hard to pack as any: where, and a session."""
    folder = found(tmp_path / "oakvale")
    with writing(folder) as writer:
        ann, bob = join(writer, "Ann Ash"), join(writer, "Bob Beech")
        for number in range(TWELVE):
            listing = put(writer, bob, f"Thing {number}", text="Good " * 50)
            made = await asyncio.to_thread(_sand, number)
            files = media.save(folder, made.small), media.save(folder, made.large)
            picture = publishing.filed(made, *files, "sand")
            publishing.picture(writer, OPERATOR, listing, (picture,), now=TODAY)
        secret = sign_in(writer, ann, now=TODAY)
    store = Store(folder)
    runner = web.AppRunner(build_app(store, clock=lambda: TODAY))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", secret
    await runner.cleanup()
    await store.close()


def _sand(seed: int) -> pictures.Prepared:
    grains = 250 + 10 * seed, 190
    noise = Random(seed).randbytes(grains[0] * grains[1] * 3)  # noqa: S311 - of grains
    beach = Image.frombytes("RGB", grains, noise).resize((1600, 1200))
    return pictures.prepare(_encoded(beach))


def _encoded(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG")
    return file.getvalue()


async def test_a_page_of_twelve_pictures_is_small_and_loads_them_as_they_are_needed(
    chromium: Browser, full_market: tuple[str, str]
) -> None:
    address, secret = full_market
    visitor = Visitor(chromium, address)
    visit = await visitor.open("/me", Way(width=PHONE), secret=secret)
    page, sizes = visit.page, dict[str, int]()
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    paths: dict[str, str] = {}
    session.on(
        "Network.responseReceived",
        lambda told: paths.update({told["requestId"]: told["response"]["url"]}),
    )
    session.on(
        "Network.loadingFinished",
        lambda told: sizes.update(
            {paths[told["requestId"]]: int(told["encodedDataLength"])}
        ),
    )

    await page.goto(address + "/market", wait_until="networkidle")
    at_first = [path for path in sizes if "/media/" in path]
    pictures_of_page = page.locator(".cards img")
    for number in range(TWELVE):
        await pictures_of_page.nth(number).scroll_into_view_if_needed()
    await page.wait_for_load_state("networkidle")
    loaded = [path for path in sizes if "/media/" in path]
    heaviest = max(sizes[path] for path in loaded)

    assert await pictures_of_page.count() == TWELVE
    assert 0 < len(at_first) < TWELVE
    assert len(loaded) == TWELVE
    assert heaviest <= 19_000
    assert sum(sizes.values()) <= ALL_BYTES, sizes
    assert visit.strangers == []
    await visitor.leave()
