"""Bringing a community over in a browser: tried out first, then for good."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import FormData
from pytest_aiohttp.plugin import AiohttpClient

from cesnode.formats.brought import Wanted
from cesnode.services.bringing import reading as reading_on
from cesnode.services.bringing.gathering import gathered
from cesnode.services.bringing.starting import as_here
from cesnode.services.bringing.systems import System
from cesnode.store import export, staging
from cesnode.web.bringing import LARGEST
from tests.support.bringing import balances
from tests.support.exchanges import NOW, join
from tests.support.foreign import archive, table
from tests.support.setting_up import FILES, Empty, just_founded, send, settled
from tests.support.visitors import Guest, signed_in

PIECE = 1 << 20


@pytest.fixture
async def empty(tmp_path: Path, aiohttp_client: AiohttpClient) -> AsyncIterator[Empty]:
    async with just_founded(tmp_path / "data", aiohttp_client) as hall:
        yield hall


async def test_an_archive_is_tried_out_and_then_brought_over(
    empty: Empty, tmp_path: Path
) -> None:
    path = archive(tmp_path / "a.zip", FILES)

    tried = await send(empty.admin, path)
    before = balances(empty.folder)
    answer = await empty.admin.post("/bring", {"apply": "1"})
    done = await settled(empty.admin)

    assert "1 in the files, 1 of them new here" in tried
    assert "there is no account OAKV0099" in tried
    assert set(before) == {"OAKV0000", "OAKV0001"}
    assert answer.status == 303
    assert "Everything is here" in done
    assert balances(empty.folder)["OAKV0007"] == "5.00"
    (bread,) = await empty.store.read(lambda reader: list(export.own_listings(reader)))
    assert bread.words.title == "Bread"


async def test_the_archive_is_gone_once_everything_is_here(
    empty: Empty, tmp_path: Path
) -> None:
    await send(empty.admin, archive(tmp_path / "a.zip", FILES))
    await empty.admin.post("/bring", {"apply": "1"})
    await settled(empty.admin)
    again = await empty.admin.post("/bring", {"apply": "1"})

    assert again.status == 303
    assert "Everything is here" in await settled(empty.admin)


async def test_an_archive_that_was_partly_read_is_read_on_and_the_page_says_so(
    empty: Empty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "PIECE", 1)
    trades = table(
        "seller,buyer,amount,event_on", *((7, 8, "5.00", "2020-01-02") for _ in range(40))
    )
    path = archive(tmp_path / "a.zip", {**FILES, "trades.csv": trades})

    def end(done: int, _total: int) -> None:
        raise KeyboardInterrupt(done)

    monkeypatch.setattr(reading_on, "EVERY", 10)
    begun = gathered(
        path,
        System.CSV,
        Wanted(otherwise=as_here(empty.folder, NOW)),
        report=end,
        folder=empty.folder,
    )
    with pytest.raises(KeyboardInterrupt), begun:
        pass

    tried = await send(empty.admin, path)

    assert "9 rows were read before: reading went on from there." in tried
    assert not (empty.folder / "reading").exists()


async def test_what_is_no_archive_is_said_at_its_field(
    empty: Empty, tmp_path: Path
) -> None:
    path = tmp_path / "letter.zip"
    path.write_text("Dear all")

    page = await send(empty.admin, path)

    assert "There is a problem" in page
    assert "not a whole archive" in page


async def test_an_empty_form_is_shown_again(empty: Empty) -> None:
    answer = await empty.admin.post("/bring", {"system": "csv"})

    assert answer.status == 422
    assert 'href="#archive"' in await answer.text()


async def test_an_exchange_with_members_of_its_own_takes_nothing_in(
    empty: Empty, tmp_path: Path
) -> None:
    await empty.store.write(join, "Ann Ash")

    page = await send(empty.admin, archive(tmp_path / "a.zip", FILES))

    assert "has members or trades of its own" in page
    assert "OAKV0007" not in balances(empty.folder)


async def test_the_way_to_it_is_on_the_page_of_who_may(empty: Empty) -> None:
    person = await empty.store.write(join, "Ann Ash")
    ann = await signed_in(empty.client, empty.store, person)

    pages = [await (await guest.get("/me")).text() for guest in (empty.admin, ann)]

    assert ['href="/bring"' in page for page in pages] == [True, False]


async def test_nobody_else_gets_near_it(empty: Empty) -> None:
    person = await empty.store.write(join, "Ann Ash")
    ann = await signed_in(empty.client, empty.store, person)

    seen = await ann.get("/bring")
    sent = await ann.post("/bring", {"apply": "1"})

    assert (seen.status, sent.status) == (403, 403)


async def test_what_fails_unforeseen_is_told_and_changes_nothing(
    empty: Empty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("cesnode.web.errands.bring", broken)

    page = await send(empty.admin, archive(tmp_path / "a.zip", FILES))

    assert "Nothing was changed. What went wrong is in the log" in page


async def doubts(guest: Guest) -> dict[str, str]:
    """Return the name of the control that each doubt on the page has, by its label."""
    html = await (await guest.get("/bring")).text()
    return {
        " ".join(re.sub(r"<[^>]*>", " ", part.partition("</legend>")[0]).split()): found[0]
        for part in html.split("<legend>")[1:]
        if (found := re.findall(r'name="skip-([0-9a-f]+)"', part))
    }


async def test_a_row_is_corrected_on_the_page_and_another_left_out(
    empty: Empty, tmp_path: Path
) -> None:
    trades = table(
        "id,seller,buyer,amount,event_on",
        ("a", 7, 8, "5.00", "2020-01-02"),
        ("b", 7, 98, "1.00", "2020-01-02"),
    )
    path = archive(tmp_path / "a.zip", {**FILES, "trades.csv": trades})
    await send(empty.admin, path)
    places = await doubts(empty.admin)

    answer = await empty.admin.post(
        "/bring",
        {
            "correct": "1",
            f"skip-{places['trades.csv row 3 buyer']}": "on",
            f"value-{places['offerings.csv row 3 owner']}": "8",
        },
    )
    tried = await settled(empty.admin)
    html = await (await empty.admin.get("/bring")).text()
    await empty.admin.post("/bring", {"apply": "1"})
    await settled(empty.admin)

    assert answer.status == 303
    assert "2 in the files, 2 of them new here" in tried
    assert "there is no account" not in tried
    assert 'value="8"' in html
    assert (
        len(await empty.store.read(lambda reader: list(export.own_listings(reader)))) == 2
    )
    assert balances(empty.folder)["OAKV0007"] == "5.00"


async def test_a_report_is_filled_in_and_sent_along(empty: Empty, tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", FILES)
    await send(empty.admin, path)
    answer = await empty.admin.get("/bring/report.csv")
    rows = list(csv.DictReader(io.StringIO(await answer.text())))
    rows[0]["value"] = "7"
    filled = io.StringIO()
    writer = csv.DictWriter(filled, rows[0])
    writer.writeheader()
    writer.writerows(rows)

    form = FormData({"system": "csv"})
    form.add_field("archive", path.read_bytes(), filename="a.zip")
    form.add_field("corrections", filled.getvalue().encode(), filename="problems.csv")
    await empty.admin.post("/bring", form)  # type: ignore[arg-type]
    tried = await settled(empty.admin)

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert [row["column"] for row in rows] == ["owner"]
    assert "2 in the files, 2 of them new here" in tried


async def test_a_table_that_is_no_report_is_said_at_its_field(
    empty: Empty, tmp_path: Path
) -> None:
    form = FormData({"system": "csv"})
    path = archive(tmp_path / "a.zip", FILES)
    form.add_field("archive", path.read_bytes(), filename="a.zip")
    form.add_field("corrections", b"\xff\xfe", filename="x.csv")

    answer = await empty.admin.post("/bring", form)  # type: ignore[arg-type]

    assert answer.status == 422
    assert 'href="#corrections"' in await answer.text()


async def test_a_report_of_nothing_leads_back_to_the_page(empty: Empty) -> None:
    answer = await empty.admin.get("/bring/report.csv")

    assert (answer.status, answer.headers["Location"]) == (303, "/bring")


async def test_a_slow_upload_does_not_hold_the_node(empty: Empty, tmp_path: Path) -> None:
    content = archive(tmp_path / "a.zip", FILES).read_bytes()
    served: list[int] = []

    async def slowly() -> AsyncIterator[bytes]:
        """Send a piece, and the next only when the node has answered somebody else."""
        for at in range(0, len(content), 256):
            yield content[at : at + 256]
            served.append((await empty.client.get("/-/live")).status)

    form = FormData({"system": "csv"})
    form.add_field("archive", slowly(), filename="a.zip", content_type="application/zip")
    answer = await empty.admin.post("/bring", form)  # type: ignore[arg-type]

    assert answer.status == 303
    assert set(served) == {200}
    assert "1 in the files" in await settled(empty.admin)


async def test_more_than_an_archive_may_have_is_refused(empty: Empty) -> None:
    async def far_too_much() -> AsyncIterator[bytes]:
        for _ in range(LARGEST // PIECE + 2):
            yield bytes(PIECE)

    form = FormData({"system": "csv"})
    form.add_field("archive", far_too_much(), filename="a.zip")

    answer = await empty.admin.post("/bring", form)  # type: ignore[arg-type]

    assert answer.status == 413


async def test_nothing_is_read_from_who_may_not_send_it(
    empty: Empty, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def read(*_: object, **__: object) -> None:
        raise AssertionError("a stranger’s archive was taken in")

    person = await empty.store.write(join, "Ann Ash")
    ann = await signed_in(empty.client, empty.store, person)
    monkeypatch.setattr("cesnode.web.routing.forms.read", read)

    answer = await ann.post("/bring", {"apply": "1"})

    assert answer.status == 403
