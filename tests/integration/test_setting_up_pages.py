"""A first admin who brings a community without ever seeing a command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from cesnode.community.roles import Role
from cesnode.store import exchanges, mails
from tests.support.bringing import balances
from tests.support.exchanges import NOW, join
from tests.support.foreign import archive, table
from tests.support.setting_up import FILES, Empty, just_founded, send, settled
from tests.support.visitors import Guest, signed_in

NAMELESS = {name: content for name, content in FILES.items() if name != "community.csv"}
ELAS = {
    "users.csv": table("id,letscode,fullname,status", (1, "7", "Ann", 1), (2, 8, "Bob", 1)),
    "transactions.csv": table(
        "id,amount,id_from,id_to,cdate", (1, 5, 2, 1, "2020-01-02 10:00:00")
    ),
}


@pytest.fixture
async def empty(tmp_path: Path, aiohttp_client: AiohttpClient) -> AsyncIterator[Empty]:
    async with just_founded(tmp_path / "data", aiohttp_client) as hall:
        yield hall


async def brought(empty: Empty, path: Path, **fields: str) -> str:
    await send(empty.admin, path, **fields)
    await empty.admin.post("/bring", {"apply": "1"})
    return await settled(empty.admin)


async def cards(guest: Guest) -> str:
    """Look until the cards are made, as the page does by itself."""
    while True:
        answer = await guest.get("/bring/people")
        if "Refresh" not in answer.headers:
            assert answer.headers["Cache-Control"] == "no-store"
            return await answer.text()


async def test_home_leads_who_makes_the_rules_of_a_new_exchange_there(
    empty: Empty, tmp_path: Path
) -> None:
    before = await (await empty.admin.get("/home")).text()
    await brought(empty, archive(tmp_path / "a.zip", FILES))
    after = await (await empty.admin.get("/home")).text()
    ann = await empty.store.write(join, "Ann Ash")
    guest = await signed_in(empty.client, empty.store, ann)
    theirs = await (await guest.get("/home")).text()

    assert ['href="/bring"' in page for page in (before, after, theirs)] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("files", [NAMELESS, ELAS], ids=["spreadsheet", "elas"])
async def test_tables_that_do_not_say_whose_they_are_become_those_of_the_exchange(
    empty: Empty, tmp_path: Path, files: dict[str, bytes]
) -> None:
    page = await brought(empty, archive(tmp_path / "a.zip", files))

    assert "Everything is here" in page
    assert balances(empty.folder)["OAKV0007"] == "5.00"


async def test_files_that_say_they_are_of_another_exchange_are_refused(
    empty: Empty, tmp_path: Path
) -> None:
    said = table("code,name,scale,hour_value", ("ELMS", "Elms", 2, 10))
    files = {**FILES, "community.csv": said}

    page = await send(empty.admin, archive(tmp_path / "a.zip", files))

    assert "the files are of ELMS, this exchange is OAKV" in page


@pytest.mark.parametrize("wanted", [True, False])
async def test_names_limits_and_levies_come_along_if_that_is_wanted(
    empty: Empty, tmp_path: Path, *, wanted: bool
) -> None:
    header = "code,name,units,unit,scale,hour_value,floor,ceiling,levy_seller"
    row = ("OAKV", "Old Oak", "acorns", "acorn", 2, 10, "-70", "none", "2%")
    path = archive(tmp_path / "a.zip", {**FILES, "community.csv": table(header, row)})
    was = await empty.store.read(exchanges.load, NOW)

    await brought(empty, path, **({"rules": "1"} if wanted else {}))

    after = await empty.store.read(exchanges.load, NOW)
    told = (
        after.name,
        after.currency.plural,
        after.rules.limits.floor,
        after.rules.limits.ceiling,
    )
    if wanted:
        assert told == ("Old Oak", "acorns", -7000, None)
        assert after.rules.levy.seller != was.rules.levy.seller
    else:
        assert after == was


async def test_a_time_bank_whose_hour_is_another_is_refused(
    empty: Empty, tmp_path: Path
) -> None:
    header = "code,measure,scale,hour_value"
    said = table(header, ("OAKV", "time", 2, 60))

    page = await send(
        empty.admin, archive(tmp_path / "a.zip", {**FILES, "community.csv": said})
    )

    assert "an hour is 60 in the files, and 10 here" in page


async def test_a_sheet_of_cards_lets_everybody_in_and_is_thrown_away(
    empty: Empty, tmp_path: Path
) -> None:
    await brought(empty, archive(tmp_path / "a.zip", FILES))

    begun = await empty.admin.post("/bring/people", {"cards": "1"})
    sheet = await cards(empty.admin)
    await empty.admin.post("/bring/people", {"gone": "1"})
    after = await (await empty.admin.get("/bring/people")).text()

    assert begun.status == 303
    assert sheet.count('class="words"') == 2
    assert "OAKV0007" in sheet
    assert 'class="words"' not in after


async def test_nobody_else_sees_the_cards_that_somebody_made(
    empty: Empty, tmp_path: Path
) -> None:
    await brought(empty, archive(tmp_path / "a.zip", FILES))
    await empty.admin.post("/bring/people", {"cards": "1"})
    await cards(empty.admin)
    person = await empty.store.write(join, "Sam Sand", role=Role.MEMBERSHIP_SECRETARY)
    secretary = await signed_in(empty.client, empty.store, person, second_step=True)
    ann = await signed_in(empty.client, empty.store, await empty.store.write(join, "Ann"))

    theirs = await secretary.get("/bring/people")
    hers = await ann.get("/bring/people")

    assert 'class="words"' not in await theirs.text()
    assert (theirs.status, hers.status) == (200, 403)


async def test_letters_go_to_those_who_have_an_address(
    empty: Empty, tmp_path: Path
) -> None:
    people = table("number,name,email", (7, "Ann", "ann@oak.example"), (8, "Bob", ""))
    await brought(empty, archive(tmp_path / "a.zip", {**FILES, "members.csv": people}))

    without = await (await empty.admin.get("/bring/people")).text()
    await empty.store.write(mails.open_office, today="2025-07-15")
    page = await (await empty.admin.get("/bring/people")).text()
    answer = await empty.admin.post("/bring/people", {"letters": "1"})

    assert "This node sends no mail yet." in without
    assert "1 person has an address here" in page
    assert answer.status == 303
    assert (
        "The letters are on their way." in await (await empty.admin.follow(answer)).text()
    )
