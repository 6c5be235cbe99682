"""Paying, recording, asking and answering as a browser without scripts does it."""

from __future__ import annotations

import gzip
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from cesnode.app import build_app
from cesnode.community.roles import OPERATOR
from cesnode.services import trading
from cesnode.store import Reader, Store, Writer, accounts, keyring
from tests.integration.conftest import Village
from tests.support.exchanges import NOW, Person, order
from tests.support.visitors import Guest, fields_of, signed_in

HTML_BUDGET = 12_000


@dataclass(frozen=True, slots=True)
class Street:
    """Ann and Bob, each with a browser."""

    village: Village
    store: Store
    client: TestClient[Any, Any]
    ann: Guest
    bob: Guest

    async def guest(self, who: Person) -> Guest:
        return await signed_in(self.client, self.store, who)

    async def balance(self, who: Person) -> int:
        def look(reader: Reader) -> int:
            return accounts.by_id(reader, who.account).position.balance

        return await self.store.read(look)

    async def record(self, amount: str, *, asking: bool = False) -> str:
        """Let Ann record something she gave to Bob; return its reference."""

        def work(writer: Writer) -> str:
            wanted = order(self.village.ann, self.village.bob, amount, asking=asking)
            return trading.record(writer, OPERATOR, wanted, now=NOW).trade.ref

        return await self.store.write(work)


@pytest.fixture
async def street(aiohttp_client: AiohttpClient, village: Village) -> AsyncIterator[Street]:
    keyring.ensure(village.folder)
    store = Store(village.folder)
    client: TestClient[Any, Any] = await aiohttp_client(build_app(store, clock=lambda: NOW))
    ann = await signed_in(client, store, village.ann)
    bob = await signed_in(client, store, village.bob)
    yield Street(village, store, client, ann, bob)
    await store.close()


async def words(response: ClientResponse) -> str:
    """Return what a person reads of a page."""
    text = re.sub(r"<(style|script).*?</\1>", "", await response.text(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


async def hidden(response: ClientResponse) -> dict[str, str]:
    """Return the hidden fields of the page's form."""
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', await response.text())
    return dict(found)


async def test_home_says_where_one_stands_in_one_sentence(street: Street) -> None:
    await street.record("42.50")

    page = await street.bob.get("/home")

    told = await words(page)
    assert page.status == 200
    assert "−42.50 leaves" in told
    assert "You may still receive 57.50 leaves." in told
    assert "debt" not in told.lower()


async def test_paying_takes_two_fields_a_check_and_a_yes(street: Street) -> None:
    page = await street.bob.get("/trade/pay")
    typed = fields_of(
        await page.text(), other="ann", amount="12,50", description="A dozen eggs"
    )

    check = await street.bob.post("/trade/pay", typed)

    told = await words(check)
    assert check.status == 200
    for said in ("Ann Ash", "OAKV0001", "12.50 leaves", "A dozen eggs"):
        assert said in told
    assert "Your balance will be −12.50 leaves." in told
    assert "Pay 12.50 leaves to Ann Ash" in told
    assert await street.balance(street.village.bob) == 0

    done = await street.bob.post("/trade/pay", {**await hidden(check), "confirmed": "yes"})

    assert done.status == 303
    receipt = await words(await street.bob.follow(done))
    assert "Paid 12.50 leaves to Ann Ash" in receipt
    assert await street.balance(street.village.bob) == -1250


async def test_a_double_tap_pays_once(street: Street) -> None:
    page = await street.bob.get("/trade/pay")
    typed = fields_of(await page.text(), other="1", amount="5", description="eggs")
    sent = {**typed, "to": "OAKV0001", "confirmed": "yes"}

    first, second = [await street.bob.post("/trade/pay", sent) for _ in range(2)]

    assert first.headers["Location"] == second.headers["Location"]
    assert await street.balance(street.village.bob) == -500


async def test_what_is_wrong_is_all_named_and_what_was_typed_stays(street: Street) -> None:
    typed = {"other": "zzz", "amount": "12,5O", "description": ""}

    page = await street.bob.post("/trade/pay", typed)

    text, told = await page.text(), await words(page)
    assert page.status == 422
    assert "<title>Error: Pay someone" in text
    for said in ("Nobody here is called “zzz”", "“12,5O” is not an amount", "fill this in"):
        assert said in told
    assert 'value="12,5O"' in text


async def test_several_of_a_name_are_there_to_choose_from(street: Street) -> None:
    typed = {"other": "e", "amount": "1", "description": "eggs"}

    page = await street.ann.post("/trade/pay", typed)
    chosen = {**await hidden(page), "to": "OAKV0002"}
    check = await street.ann.post("/trade/pay", chosen)

    assert "Which one do you mean?" in await words(page)
    assert "Pay 1.00 leaf to Bob Beech" in await words(check)


async def test_change_leads_back_with_everything_in_place(street: Street) -> None:
    typed = {"other": "bob", "amount": "7", "description": "eggs"}
    check = await street.ann.post("/trade/pay", typed)

    page = await street.ann.post("/trade/pay", {**await hidden(check), "change": "amount"})

    text = await page.text()
    assert page.status == 200
    for value in ("OAKV0002", "7", "eggs"):
        assert f'value="{value}"' in text


async def test_beyond_the_limit_it_says_by_how_much_and_offers_no_button(
    street: Street,
) -> None:
    typed = {"other": "bob", "amount": "150", "description": "a boat"}

    check = await street.ann.post("/trade/pay", typed)

    told = await words(check)
    assert "This cannot be done as it is." in told
    assert told.count("50.00 leaves too much.") == 1
    assert "Pay 150.00 leaves" not in told
    forced = await street.ann.post(
        "/trade/pay", {**await hidden(check), "confirmed": "yes"}
    )
    assert forced.status == 422
    assert await street.balance(street.village.ann) == 0


@pytest.mark.parametrize(
    ("verb", "button", "moved"), [("record", "Record", 1250), ("ask", "Ask", 0)]
)
async def test_a_seller_records_or_asks(
    street: Street, verb: str, button: str, moved: int
) -> None:
    typed = {"other": "bob", "amount": "12.50", "description": "eggs"}
    check = await street.ann.post(f"/trade/{verb}", typed)
    assert button in await words(check)

    done = await street.ann.post(
        f"/trade/{verb}", {**await hidden(check), "confirmed": "yes"}
    )

    assert done.status == 303
    assert await street.balance(street.village.ann) == moved
    assert (await street.ann.follow(done)).status == 200


async def test_a_request_is_answered_from_home_in_two_steps(street: Street) -> None:
    ref = await street.record("15", asking=True)
    assert f'href="/trades/{ref}"' in await (await street.bob.get("/home")).text()

    page = await street.bob.get(f"/trades/{ref}")
    answer = await street.bob.post(f"/trades/{ref}/accept")

    assert "Pay 15.00 leaves" in await words(page)
    told = await words(await street.bob.follow(answer))
    assert "You have agreed." in told
    assert await street.balance(street.village.bob) == -1500


async def test_a_request_that_is_not_right_is_declined_with_a_word(street: Street) -> None:
    ref = await street.record("15", asking=True)

    answer = await street.bob.post(f"/trades/{ref}/decline", {"reason": "not me"})

    told = await words(await street.bob.follow(answer))
    assert "You have said no. Nothing was paid." in told
    assert "not me" in told


async def test_objecting_and_settling_and_undoing_are_offered_to_whom_they_are_open(
    street: Street,
) -> None:
    ref = await street.record("5")
    path = f"/trades/{ref}"
    assert "undo it" in await words(await street.ann.get(path))
    assert "undo it" not in await words(await street.bob.get(path))

    empty = await street.bob.post(f"{path}/object", {"reason": ""})
    said = await street.bob.post(f"{path}/object", {"reason": "It was four"})
    settled = await street.bob.post(f"{path}/settle")
    undone = await street.ann.post(f"{path}/reverse", {"reason": "Bob is right"})

    assert (empty.status, said.status, settled.status) == (422, 303, 303)
    told = await words(await street.ann.follow(undone))
    for word in ("It is undone.", "It was four", "Bob is right", "Bob Beech"):
        assert word in told
    assert await street.balance(street.village.ann) == 0


async def test_what_cannot_be_done_any_more_says_so_and_changes_nothing(
    street: Street,
) -> None:
    ref = await street.record("5")

    answer = await street.bob.post(f"/trades/{ref}/withdraw")

    assert answer.status == 422
    assert "it cannot be withdrawn" in await words(answer)


async def test_another_s_trade_is_not_there(street: Street) -> None:
    ref = await street.record("5")
    cem = await street.guest(street.village.cem)

    for path in (f"/trades/{ref}", f"/trades/{ref}/done", f"/trades/{ref}/reverse"):
        assert (await cem.get(path)).status == 404


async def test_a_link_with_an_amount_leads_straight_to_the_check(street: Street) -> None:
    check = await street.bob.get("/p/0001?a=12.50&d=Eggs")
    bare = await street.bob.get("/p/0001")

    assert "Pay 12.50 leaves to Ann Ash" in await words(check)
    assert "Whom are you paying?" in await words(bare)
    done = await street.bob.post("/trade/pay", {**await hidden(check), "confirmed": "yes"})
    assert done.status == 303
    assert await street.balance(street.village.bob) == -1250


async def test_a_statement_is_shown_sifted_printed_and_taken_along(street: Street) -> None:
    for amount in ("10", "20"):
        await street.record(amount)

    page = await words(await street.ann.get("/statement"))
    sifted = await words(await street.ann.get("/statement?direction=went"))
    wrong = await words(await street.ann.get("/statement?since=soon"))
    table = await street.ann.get("/statement.csv")
    letter = await words(await street.ann.get("/statement/letter?month=2025-07"))
    years = await words(await street.ann.get("/statement/years"))

    assert "+30.00" in page
    assert "There is nothing in this time." in sifted
    assert "“soon” is not a date" in wrong
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert len((await table.text()).splitlines()) == 3
    assert "At the end of the month: +30.00 leaves" in letter
    assert "2025" in years


@pytest.mark.parametrize(
    "path",
    [
        "/statement/letter",
        "/statement/letter?month=9999-12",
        "/statement/letter?month=0001-01",
        "/statement?until=0001-01-01",
        "/statement?cursor=99999999999999999999&kind=nonsense",
        "/schedules/99999999999999999999",
        "/forms/x",
        "/p/9999?a=1&d=x",
    ],
)
async def test_an_address_that_makes_no_sense_breaks_nothing(
    street: Street, path: str
) -> None:
    assert (await street.ann.get(path)).status < 500


async def test_fields_that_make_no_sense_break_nothing(street: Street) -> None:
    for path in ("/trade/pay", "/schedules/new", "/forms/new"):
        sent = {"to": "2", "amount": "1", "description": "x", "confirmed": "yes"}
        odd = {**sent, "cost": "9" * 5000, "times": "9" * 5000, "rhythm": "x", "kind": "x"}
        assert (await street.ann.post(path, odd)).status < 500


async def test_another_s_statement_is_not_open_but_the_community_s_is(
    street: Street,
) -> None:
    for path in ("/statement", "/statement.csv", "/statement/years"):
        assert (await street.bob.get(f"{path}?account=1")).status == 403
        assert (await street.bob.get(f"{path}?account=0")).status == 200


async def test_a_schedule_is_checked_made_paused_and_ended(street: Street) -> None:
    typed = {
        "other": "ann",
        "amount": "5",
        "description": "vegetables",
        "rhythm": "monthly",
        "first_on": "2025-08-31",
        "side": "buyer",
    }
    wrong = await street.bob.post("/schedules/new", {**typed, "first_on": "2020-01-01"})
    check = await street.bob.post("/schedules/new", typed)
    kept = await hidden(check)

    twice = [
        await street.bob.post("/schedules/new", {**kept, "confirmed": "yes"})
        for _ in range(2)
    ]

    assert wrong.status == 422
    assert "2020-01-01 has passed" in await words(wrong)
    assert "Ann Ash" in await words(check)
    assert [each.headers["Location"] for each in twice] == ["/schedules/1"] * 2
    for wish, word in (("pause", "paused"), ("resume", "going on"), ("end", "ended")):
        await street.bob.post("/schedules/1", {"wish": wish})
        assert word in await words(await street.bob.get("/schedules/1"))
    assert (await street.ann.get("/schedules/1")).status == 404


async def test_an_order_goes_from_the_buyer_to_a_trade(street: Street) -> None:
    typed = {"kind": "order", "other": "ann", "amount": "9", "description": "jam"}
    sent = await street.bob.post("/forms/new", typed)
    path = sent.headers["Location"]
    assert path in await (await street.ann.get("/home")).text()

    done = await street.ann.post(path, {"wish": "trade"})

    assert done.headers["Location"].startswith("/trades/")
    assert await street.balance(street.village.ann) == 900
    assert "recorded" in await words(await street.bob.get(path))


@pytest.mark.parametrize(
    "path",
    ["/home", "/trade", "/trade/pay", "/trades", "/statement", "/schedules/new", "/forms"],
)
async def test_a_page_weighs_little(street: Street, path: str) -> None:
    for _ in range(30):
        await street.record("1")

    page = await street.ann.get(path)

    assert len(gzip.compress(await page.read())) <= HTML_BUDGET


async def test_a_coordinator_sees_a_trade_as_who_has_to_act_and_can_act_for_them(
    street: Street,
) -> None:
    ref = await street.record("15", asking=True)
    dora = await street.guest(street.village.dora)

    told = await words(await dora.get(f"/trades/{ref}"))
    answer = await dora.post(f"/trades/{ref}/accept")

    assert "Ann Ash asks for 15.00 leaves" in told
    assert "Your balance would be" not in told
    assert answer.status == 303
    assert "Dora Dale" in await words(await dora.follow(answer))
