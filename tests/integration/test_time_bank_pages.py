"""A time bank's pages: hours and minutes to fill in, and words for time, not money."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from cesnode.app import build_app
from cesnode.config import Vocabulary
from cesnode.ledger.money import Currency, Measure
from cesnode.store import Reader, Store, accounts, keyring
from cesnode.store.store import writing
from cesnode.web.site import Site
from tests.support.exchanges import NOW, Person, found, join, oakvale
from tests.support.visitors import Guest, fields_of, signed_in

HOURS = Currency(code="TIME", singular="hour", plural="hours", measure=Measure.TIME)
TYPED = {"other": "ann", "description": "Help with a form"}


@dataclass(frozen=True, slots=True)
class Bank:
    store: Store
    bob: Guest
    ann: Person

    async def balance(self) -> int:
        def look(reader: Reader) -> int:
            return accounts.by_id(reader, self.ann.account).position.balance

        return await self.store.read(look)


@asynccontextmanager
async def opened(folder: Path, client: AiohttpClient, site: Site) -> AsyncIterator[Bank]:
    found(folder, oakvale(HOURS))
    with writing(folder) as writer:
        ann, bob = join(writer, "Ann Ash"), join(writer, "Bob Beech")
    keyring.ensure(folder)
    store = Store(folder)
    served: TestClient[Any, Any] = await client(
        build_app(store, clock=lambda: NOW, site=site)
    )
    yield Bank(store, await signed_in(served, store, bob), ann)
    await store.close()


@pytest.fixture
async def bank(tmp_path: Path, aiohttp_client: AiohttpClient) -> AsyncIterator[Bank]:
    async with opened(tmp_path / "bank", aiohttp_client, Site()) as bank:
        yield bank


def asked(html: str, hours: str, minutes: str) -> Mapping[str, str]:
    fields = {"amount.hours": hours, "amount.minutes": minutes}
    return {**fields_of(html, **TYPED), **fields}


async def words(response: ClientResponse) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", await response.text()).split())


def chosen(html: str) -> list[str]:
    """Return the hours that stand in their field, and the minutes chosen beside it."""
    hours = re.findall(
        r'name="amount\.hours"\s+inputmode="numeric"\s+value="([^"]*)"', html
    )
    return hours + re.findall(r'<option value="(\d+)"\s+selected', html)


async def test_an_hour_and_a_half_is_given_without_typing_a_colon(bank: Bank) -> None:
    page = await (await bank.bob.get("/trade/pay")).text()

    check = await bank.bob.post("/trade/pay", asked(page, "1", "30"))

    html = await check.text()
    assert "Give 1.50 hours to Ann Ash" in await words(check)
    carried = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html))
    done = await bank.bob.post("/trade/pay", {**carried, "confirmed": "yes"})
    assert "1.50 hours given to Ann Ash" in await words(await bank.bob.follow(done))
    assert await bank.balance() == 150


async def test_what_was_filled_in_stands_there_when_it_is_to_be_changed(bank: Bank) -> None:
    page = await (await bank.bob.get("/trade/pay")).text()
    typed = {**asked(page, "2", "45"), "change": "amount"}

    again = await bank.bob.post("/trade/pay", typed)

    assert chosen(await again.text()) == ["2", "45"]


async def test_what_is_no_number_of_hours_is_named_at_its_field(bank: Bank) -> None:
    page = await (await bank.bob.get("/trade/pay")).text()

    again = await bank.bob.post("/trade/pay", asked(page, "two", "15"))

    html = await again.text()
    assert again.status == 422
    assert 'href="#amount"' in html
    assert 'id="amount"' in html
    assert chosen(html) == ["two", "15"]


async def test_a_link_to_pay_may_say_the_hours_as_it_likes(bank: Bank) -> None:
    page = await bank.bob.get("/trade/pay?to=TIME0001&amount=1.25")

    assert chosen(await page.text()) == ["1", "15"]


@pytest.mark.parametrize(
    "path", ["/trade/pay", "/trade/record", "/trade/ask", "/schedules/new", "/forms/new"]
)
async def test_every_form_about_time_asks_for_hours_and_minutes(
    bank: Bank, path: str
) -> None:
    html = await (await bank.bob.get(path)).text()

    assert 'name="amount.hours"' in html
    assert 'name="amount"' not in html


async def test_nobody_pays_in_a_time_bank(bank: Bank) -> None:
    for path in ("/home", "/trade", "/trade/pay", "/schedules/new"):
        told = await words(await bank.bob.get(path))

        assert re.findall(r"\b[Pp](?:ay|aid|aying)\b", told) == []
        assert "ive time" in told or "Give someone time" in told


async def test_every_language_speaks_of_time(bank: Bank) -> None:
    told = await words(await bank.bob.get("/trade/pay", **{"Accept-Language": "de"}))

    assert "Jemandem Zeit geben" in told


async def test_an_operator_may_choose_other_words_and_who_helps(
    tmp_path: Path, aiohttp_client: AiohttpClient
) -> None:
    site = Site(vocabulary=Vocabulary.RECORD, contact="Rosa", phone="555 0102")

    async with opened(tmp_path / "bank", aiohttp_client, site) as bank:
        for path in ("/trade/pay", "/home", "/me", "/no-such-page"):
            told = await words(await bank.bob.get(path))

            assert "Do you need help? Rosa 555 0102" in told
        assert "Record what I received" in await words(await bank.bob.get("/trade"))


async def test_a_price_is_written_in_hours_and_minutes(bank: Bank) -> None:
    form = await (await bank.bob.get("/market/new?kind=offering")).text()
    price = {"price.hours": "1", "price.minutes": "30"}
    typed = {"kind": "offering", "title": "Bread", **price}

    answer = await bank.bob.post("/market/new", fields_of(form, **typed))

    assert 'name="price.hours"' in form
    assert answer.status == 303
    shown = await words(await bank.bob.follow(answer))
    assert "1.50" in shown
