"""Pages that several nodes or many weeks bring about, drawn and shown in a real browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

import pytest
from msgspec import structs

from cesnode.ledger.limits import Side
from cesnode.resources import resource
from cesnode.services.clearing.setoffs.views import SetoffView
from cesnode.services.market.advising import Advice
from cesnode.services.moves import Move
from cesnode.store import Writer
from cesnode.store.store import writing
from cesnode.web import static_files
from cesnode.web.languages import LANGUAGES
from cesnode.web.rendering import Renderer
from cesnode.web.site import BRAND
from tests.browser.conftest import Visitor, Way
from tests.browser.test_public_pages import LENGTHENED, SMALL, SPILLED, WCAG
from tests.support.drawn import Values
from tests.support.drawn_circles import circle_pages
from tests.support.drawn_market import market_pages
from tests.support.drawn_people import people_pages
from tests.support.drawn_trading import trading_pages
from tests.support.exchanges import found, join

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE, NARROW, DESKTOP = 360, 320, 1280
WAYS = (
    Way(width=PHONE),
    Way(width=PHONE, scheme="dark", language="ar"),
    Way(width=DESKTOP, scheme="dark"),
)
STAGE = "/-/styleguide"
"""The page whose place a drawn one takes, with all that its headers allow and forbid."""
NAMES = (
    "circles",
    "circle-proposed",
    "circle-contradicted",
    "circle-ours",
    "circle-reserved",
    "circle-cleared",
    "undoing-costs",
    "agreeing-costs",
    "schedules",
    "schedule",
    "schedule-question",
    "schedule-check",
    "sharing",
    "near-limits",
    "advised-to-give",
    "advised-to-receive",
)

Drawn: TypeAlias = Mapping[tuple[str, str], str]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    """Every page by its name and language."""
    renderer = Renderer(static_files.load(resource("web/static"), brand=BRAND))
    with writing(found(tmp_path_factory.mktemp("drawn") / "oakvale")) as writer:
        return {
            (name, code): renderer.voice(LANGUAGES[code]).render(template, **values)
            for name, (template, values) in _sights(writer)
            for code in ("en", "ar")
        }


def _sights(writer: Writer) -> Iterator[tuple[str, tuple[str, Values]]]:
    zoe = join(writer, "Zoe Ash", area="North")
    pages = {
        **trading_pages(writer, zoe),
        **people_pages(writer, zoe),
        **market_pages(writer, zoe),
        **circle_pages(writer, zoe),
    }

    def page(template: str, **values: object) -> tuple[str, Values]:
        return template, {**pages[template], **values}

    setoff = pages["circles/circle.html"]["view"]
    advice = pages["home/page.html"]["advice"]
    assert isinstance(setoff, SetoffView)
    assert isinstance(advice, Advice)
    setoff = structs.replace(setoff, contradicted=False)
    circles = {
        "circle-proposed": structs.replace(setoff, state="proposed"),
        "circle-contradicted": structs.replace(setoff, state="aborted", contradicted=True),
        "circle-ours": structs.replace(setoff, state="accepted", by_us=True),
        "circle-reserved": structs.replace(setoff, state="accepted"),
        "circle-cleared": structs.replace(setoff, state="cleared"),
    }
    yield "circles", page("circles/list.html")
    for name, view in circles.items():
        yield name, page("circles/circle.html", view=view)
    yield "undoing-costs", page("trading/price.html")
    yield "agreeing-costs", page("trading/price.html", move=Move.ACCEPT, reason="")
    yield "schedules", page("schedules/list.html")
    yield "schedule", page("schedules/page.html")
    yield "schedule-question", page("schedules/question.html")
    yield "schedule-check", page("schedules/check.html")
    yield "sharing", page("market/sharing.html")
    yield "near-limits", page("people/near_limits.html")
    yield "advised-to-give", page("home/page.html")
    received = replace(advice, side=Side.CEILING, categories=())
    yield "advised-to-receive", page("home/page.html", advice=received)


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("name", NAMES)
async def test_everybody_can_read_it(
    visitor: Visitor, drawn: Drawn, name: str, way: Way
) -> None:
    axe = pytest.importorskip("axe_playwright_python.async_playwright").Axe()
    visit = await visitor.open(STAGE, way)
    await visit.page.set_content(drawn[name, way.language])

    checked = await axe.run(visit.page, options={"runOnly": WCAG})

    assert checked.violations_count == 0, checked.generate_report()
    assert visit.strangers == []
    assert visit.complaints == []


@pytest.mark.parametrize("code", ["en", "ar"])
async def test_nothing_spills_over_the_narrowest_screen(
    visitor: Visitor, drawn: Drawn, code: str
) -> None:
    visit = await visitor.open(STAGE, Way(width=NARROW, language=code))
    page = visit.page

    for name in NAMES:
        await page.set_content(drawn[name, code])
        assert await page.evaluate(SPILLED) == [], name
        assert await page.evaluate(SMALL) == [], name
        await page.evaluate(LENGTHENED)
        assert await page.evaluate(SPILLED) == [], name
