"""Who has a page as it is hears so without it being drawn, and never when it is not so."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp.test_utils import make_mocked_request

from cesnode.community.roles import OPERATOR, Role
from cesnode.services import ruling, sessions, trading
from cesnode.services.membership import changing
from cesnode.services.ruling import Terms
from cesnode.services.sessions import IDLE, SEEN_EVERY
from cesnode.store import Store
from cesnode.web import unchanged
from cesnode.web.content import Content
from cesnode.web.languages import Language
from cesnode.web.rendering import Renderer, View
from cesnode.web.unchanged import Unchanged
from tests.integration.conftest import House
from tests.support.exchanges import DAY, NOW, order
from tests.support.visitors import Guest

MIDNIGHT = NOW - NOW % DAY + DAY
STILL = ("/home", "/statement", "/people")
"""The pages that say for how long they hold."""


@dataclass(slots=True)
class Served:
    """Ann's browser at a node that counts the pages it draws."""

    house: House
    ann: Guest
    drawn: list[str]
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        return self.house.store

    async def get(self, path: str) -> int:
        """Ask as a browser that kept the page it had; return the status."""
        held = {"If-None-Match": self.tags[path]} if path in self.tags else {}
        answer = await self.ann.get(path, **held)
        self.tags[path] = answer.headers.get("Etag", "")
        return answer.status

    async def is_known(self, path: str = "/home") -> bool:
        """Whether an unchanged page is answered without being drawn."""
        before = len(self.drawn)
        assert await self.get(path) == 304
        return len(self.drawn) == before

    async def trade(self) -> None:
        village = self.house.village
        wish = order(village.ann, village.bob, "5")
        await self.store.write(trading.record, OPERATOR, wish, now=self.house.now)


@pytest.fixture
async def served(house: House, monkeypatch: pytest.MonkeyPatch) -> Served:
    drawn: list[str] = []
    compose = Renderer.compose

    def counted(
        renderer: Renderer, template: str, language: Language, view: View
    ) -> Content:
        drawn.append(template)
        return compose(renderer, template, language, view)

    monkeypatch.setattr(Renderer, "compose", counted)
    return Served(house, await house.visitor(), drawn)


@pytest.mark.parametrize("path", STILL)
async def test_a_page_that_nothing_changed_is_not_drawn_again(
    served: Served, path: str
) -> None:
    assert await served.get(path) == 200

    assert await served.is_known(path)
    assert await served.is_known(path)


async def test_another_browser_is_sent_the_page(served: Served) -> None:
    await served.get("/home")

    answer = await served.ann.get("/home")

    assert answer.status == 200
    assert "Ann Ash" in await answer.text()


async def test_a_trade_of_the_server_itself_is_seen_at_once(served: Served) -> None:
    await served.get("/home")
    await served.get("/home")

    await served.trade()

    assert await served.get("/home") == 200
    assert await served.is_known()


async def test_a_trade_of_another_process_is_seen_at_once(served: Served) -> None:
    await served.get("/home")
    assert await served.is_known()

    words = "trade record --seller 1 --buyer 2 --amount 5 --for Eggs"
    run(served.house.village.folder, *words.split())

    assert await served.get("/home") == 200
    assert "5.00" in await (await served.ann.get("/home")).text()


async def test_a_trade_while_a_page_is_drawn_is_not_missed(served: Served) -> None:
    """What was drawn shows what was before: its tag must not stand for what is."""
    known = Unchanged(served.store)
    asked = make_mocked_request("GET", "/home", {"If-None-Match": 'W/"tag"'})
    begun = known.question(asked)

    await served.trade()
    known.question(asked)  # Somebody else's request comes first.
    known.keep(begun, "tag", since=NOW, until=MIDNIGHT)

    assert known.answer(asked, known.question(asked), {}, now=NOW) is None


async def test_who_signed_out_is_not_told_that_nothing_changed(served: Served) -> None:
    await served.get("/home")
    cookies = dict(served.ann.cookies)
    await served.ann.post("/sign-out")
    served.ann.cookies = cookies  # The browser shows what it was told to forget.

    assert await served.get("/home") == 303


async def test_a_session_ended_from_elsewhere_ends_here(served: Served) -> None:
    other = await served.house.visitor()
    await served.get("/home")
    assert await served.is_known()

    await other.post("/me/devices", {"others": "on"})

    assert (await other.get("/home")).status == 200
    assert await served.get("/home") == 303


async def test_a_session_ends_by_time_alone(served: Served) -> None:
    served.house.now = MIDNIGHT - SEEN_EVERY // 2
    await served.get("/home")  # Notes that the device is in use.
    await served.get("/home")
    assert await served.is_known()

    served.house.now += IDLE

    assert await served.get("/home") == 303


async def test_the_use_of_a_device_is_still_noted(served: Served) -> None:
    await served.get("/home")
    served.house.now += SEEN_EVERY

    await served.get("/home")

    secret, now = served.ann.cookies["s"], served.house.now
    seen = await served.store.read(sessions.presence, secret, now=now)
    assert seen is not None
    assert seen.session.seen_at == now


async def test_who_acts_for_another_account_sees_that_one(served: Served) -> None:
    await served.get("/home")

    run(served.house.village.folder, "member", "acts-for", "1", "2")
    await served.get("/home")
    await served.ann.post("/me/account", {"account": "OAKV0002"})

    assert await served.get("/home") == 200
    assert "OAKV0002" in await (await served.ann.get("/home")).text()


async def test_a_right_that_was_given_shows_at_once(served: Served) -> None:
    await served.get("/people")
    assert await served.is_known("/people")

    await served.store.write(
        changing.change,
        OPERATOR,
        "1",
        changing.Changes(role=Role.MEMBERSHIP_SECRETARY),
        now=NOW,
    )
    before = len(served.drawn)
    await served.get("/people")

    assert len(served.drawn) > before


async def test_another_day_is_another_page(served: Served) -> None:
    served.house.now = MIDNIGHT - 10
    await served.get("/home")
    await served.get("/home")
    assert await served.is_known()

    served.house.now = MIDNIGHT

    assert not await served.is_known()


async def test_a_clock_set_back_draws_anew(served: Served) -> None:
    served.house.now = MIDNIGHT + 10
    await served.get("/home")
    await served.get("/home")
    assert await served.is_known()

    served.house.now = MIDNIGHT - 10

    assert not await served.is_known()


async def test_a_rate_that_was_arranged_holds_from_its_day(served: Served) -> None:
    tomorrow = "2025-07-17"
    await served.store.write(
        ruling.set_terms, OPERATOR, Terms(hour_value="12"), since=tomorrow, now=NOW
    )
    served.house.now = MIDNIGHT - 10
    await served.get("/home")
    await served.get("/home")
    assert await served.is_known()
    served.house.now = MIDNIGHT
    before = len(served.drawn)

    await served.get("/home")

    assert len(served.drawn) > before


async def test_another_language_is_another_page(served: Served) -> None:
    await served.get("/home")
    served.ann.cookies["lang"] = "de"

    assert await served.get("/home") == 200


async def test_a_note_is_said_once(served: Served) -> None:
    await served.get("/home")
    served.ann.cookies["note"] = "comfort-kept"

    assert await served.get("/home") == 200
    assert await served.get("/home") == 200  # Without the note again.
    assert "note" not in served.ann.cookies


async def test_pages_that_do_not_say_how_long_they_hold_are_drawn(served: Served) -> None:
    await served.get("/me")

    assert not await served.is_known("/me")


async def test_no_more_pages_are_remembered_than_there_is_room(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unchanged, "MOST", 2)
    for path in ("/home", "/people", "/people?page=2"):
        await served.get(path)

    assert not await served.is_known("/home")
    assert await served.is_known("/people?page=2")


@pytest.mark.parametrize("path", STILL)
async def test_a_page_looks_the_same_for_as_long_as_it_says(
    served: Served, path: str
) -> None:
    """What a page shows may depend on the day, and on no shorter time."""
    served.house.now = MIDNIGHT - DAY + SEEN_EVERY
    await served.get(path)  # Notes that the device is in use, which is written.
    tags = set()
    for later in (0, 1, 61, SEEN_EVERY - 1):
        served.house.now = MIDNIGHT - DAY + SEEN_EVERY + later
        tags.add((await served.ann.get(path)).headers["Etag"])

    assert len(tags) == 1


def run(folder: Path, *words: str) -> None:
    subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "cli", *words, "--data", str(folder)],
        check=True,
        capture_output=True,
        timeout=60,
    )
