"""News as people meet it on the pages: announced, planned, sent, and thanked for."""

from __future__ import annotations

import html
import io
import re
from datetime import UTC, datetime
from uuid import uuid4

import icalendar
import pytest
from aiohttp import FormData

from cesnode.community.news import Audience
from cesnode.community.roles import OPERATOR
from cesnode.services import trading
from cesnode.services.news import announcing, planning
from cesnode.store import Writer, events, media, newsletters, thanks
from cesnode.store.store import reading, writing
from tests.integration.conftest import House
from tests.support.drawn_hearing import UTC as ZONE
from tests.support.drawn_hearing import plan
from tests.support.exchanges import NOW, order
from tests.support.visitors import OURS, Guest, fields_of

EVENT = {
    "title": "Repair café",
    "day": "2025-07-19",
    "begins": "14:00",
    "ends": "18:00",
    "place": "Library",
    "text": "Bring what is **broken**.",
    "audience": "members",
}
LETTER = {"title": "News of July", "text": "A **good** month."}


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


async def page(guest: Guest, path: str, status: int = 200) -> str:
    answer = await guest.get(path)
    assert answer.status == status, path
    return await answer.text()


async def fill(guest: Guest, path: str, **typed: str) -> str:
    """Fill in a form; return where it led."""
    html = await page(guest, path)
    answer = await guest.post(path, fields_of(html, **typed))
    assert answer.status == 303, await answer.text()
    return answer.headers["Location"]


async def keeper(house: House) -> Guest:
    return await house.visitor("eva", second_step=True)


async def test_an_announcement_is_on_home_until_it_is_read(house: House) -> None:
    eva, ann = await keeper(house), await house.visitor("ann")

    path = await fill(
        eva, "/announcements/new", title="The hall is closed", text="The roof *leaks*."
    )
    home = await page(ann, "/home")
    shown = await page(ann, path)
    away = await ann.post(f"{path}/wish", {"away": "1"})
    after = await page(ann, "/home")

    assert f'href="{path}"' in home
    assert "<em>leaks</em>" in shown
    assert away.headers["Location"] == "/home"
    assert "The hall is closed" not in after
    assert "The hall is closed" in await page(ann, "/announcements")


async def test_sent_twice_it_is_announced_once(house: House) -> None:
    eva = await keeper(house)
    form = fields_of(await page(eva, "/announcements/new"), title="Tea", text="At four")

    first, second = [await eva.post("/announcements/new", form) for _ in range(2)]

    assert first.headers["Location"] == second.headers["Location"]
    assert words(await page(eva, "/announcements")).count("Tea") == 1


async def test_what_is_wrong_stands_where_it_is_and_nothing_has_to_be_typed_again(
    house: House,
) -> None:
    eva = await keeper(house)
    typed = {"title": "Tea", "text": "At four", "until": "1999-01-01"}

    answer = await eva.post("/announcements/new", typed)

    html = await answer.text()
    assert answer.status == 422
    assert 'id="until-error"' in html
    assert "At four" in html


async def test_an_announcement_is_changed_and_taken_back(house: House) -> None:
    eva, ann = await keeper(house), await house.visitor("ann")
    path = await fill(eva, "/announcements/new", title="Tea", text="At four")

    await fill(eva, f"{path}/edit", title="Coffee", text="At five")
    changed = await page(ann, path)
    refused = await ann.post(f"{path}/wish", {"withdraw": "1"})
    await eva.post(f"{path}/wish", {"withdraw": "1"})

    assert "Coffee" in changed
    assert refused.status == 403
    await page(ann, path, 404)


async def test_strangers_read_what_is_public_on_the_front_page_at_once(
    house: House,
) -> None:
    eva, stranger = await keeper(house), house.guest()
    before = await page(stranger, "/")

    await fill(eva, "/announcements/new", title="Inside", text="x")
    path = await fill(
        eva, "/announcements/new", title="Open day", text="x", audience="public"
    )
    front = await page(stranger, "/")

    assert "Open day" not in before
    assert f'href="{path}"' in front
    assert "Inside" not in front + await page(stranger, "/announcements")
    assert "Eva Elm" not in await page(stranger, path)
    await page(stranger, "/announcements/1", 404)


async def test_an_event_is_planned_seen_and_called_off(house: House) -> None:
    eva, ann = await keeper(house), await house.visitor("ann")

    path = await fill(eva, "/calendar/new", **EVENT)
    month = await page(ann, "/calendar?month=2025-07")
    shown = await page(ann, path)
    off = await eva.post(f"{path}/off")

    assert f'href="{path}"' in month
    assert "<strong>broken</strong>" in shown
    assert "Sat, Jul 19, 2025, 2:00 PM – 6:00 PM" in words(shown)
    assert off.headers["Location"] == path
    assert "called off" in await page(ann, "/calendar?month=2025-07")
    assert (await ann.post(f"{path}/off")).status == 403


@pytest.mark.parametrize("month", ["", "x", "2025-13", "0000-01", "9999-12", "²"])
async def test_every_month_can_be_looked_at(house: House, month: str) -> None:
    await page(house.guest(), f"/calendar?month={month}")


@pytest.mark.parametrize("months", ["1", "3", "12"])
@pytest.mark.parametrize("way", ["", "&as=sheet"])
async def test_several_months_are_leafed_through_by_their_address(
    house: House, months: str, way: str
) -> None:
    with writing(house.village.folder) as writer:
        for day in ("2025-07-19", "2025-08-02", "2025-10-05"):
            plan(writer, title=f"Tea of {day}", day=day, until="")
    here = f"/calendar?month=2025-07&months={months}{way}"

    shown = html.unescape(await page(house.guest(), here))
    later = re.search(r'rel="next"\s+href="\s*(\?[^"]*)"', shown)

    expected = {"1": {"07-19"}, "3": {"07-19", "08-02"}}
    days = {"07-19", "08-02", "10-05"}
    assert {day for day in days if f"Tea of 2025-{day}" in shown} == expected.get(
        months, days
    )
    assert ("<table" in shown) == bool(way)
    assert later is not None
    assert {"1": "2025-08", "3": "2025-10", "12": "2026-07"}[months] in later[1]
    assert way in later[1]
    await page(house.guest(), f"/calendar{later[1]}")


async def test_what_lasts_for_days_is_on_each_of_them_on_the_wall(house: House) -> None:
    with writing(house.village.folder) as writer:
        made = plan(writer, title="Fair", day="2025-07-30", until="2025-08-02")

    shown = await page(house.guest(), "/calendar?month=2025-07&months=3&as=sheet")

    assert shown.count(f'<a href="/calendar/{made.id}"') == 4
    assert shown.count("<table") == 3


@pytest.mark.parametrize(
    ("language", "first"), [("en", "Sun"), ("de", "Mo"), ("ar", "السبت")]
)
async def test_weeks_begin_as_people_know_them(
    house: House, language: str, first: str
) -> None:
    guest = house.guest()

    shown = await page(guest, f"/calendar?as=sheet&month=2025-07&lang={language}")

    found = re.search(r'<th scope="col">.*?<span class="title">([^<]*)', shown, re.DOTALL)
    assert found is not None
    assert found[1].strip().rstrip(".") == first


@pytest.mark.parametrize("months", ["0", "-1", "2", "x", "99999999999", "²"])
async def test_so_many_months_as_nobody_looks_at_are_one(house: House, months: str) -> None:
    shown = await page(house.guest(), f"/calendar?month=9998-12&months={months}")

    assert '<h2 id="m-' not in shown


async def test_a_time_that_is_none_is_told_at_its_field(house: House) -> None:
    eva = await keeper(house)

    answer = await eva.post("/calendar/new", EVENT | {"begins": "tea time"})

    assert answer.status == 422
    assert 'id="begins-error"' in await answer.text()


async def test_one_event_is_a_file_for_any_calendar(house: House) -> None:
    with writing(house.village.folder) as writer:
        made = plan(writer, title="Tea, cake", day="2025-07-20", until="")

    answer = await house.guest().get(f"/calendar/{made.id}/event.ics")

    calendar = icalendar.Calendar.from_ical(await answer.text())
    (event,) = calendar.walk("VEVENT")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="event.ics"'
    assert event["SUMMARY"] == "Tea, cake"
    assert event["UID"] == f"{made.uuid}@127.0.0.1"
    assert event.decoded("DTSTART") == datetime(2025, 7, 20, 19, 30, tzinfo=UTC)


async def test_members_events_are_in_no_public_file(house: House) -> None:
    with writing(house.village.folder) as writer:
        plan(writer)
        inside = planning.Plan(title="Inside", day="2025-07-20")
        made = planning.plan(writer, OPERATOR, inside, id=uuid4(), zone=ZONE, now=NOW)

    feed = await page(house.guest(), "/calendar.ics")

    assert "SUMMARY:tea" in feed
    assert "Inside" not in feed
    await page(house.guest(), f"/calendar/{made.id}/event.ics", 404)


async def test_a_calendar_program_follows_by_a_secret_address_until_it_is_ended(
    house: House,
) -> None:
    eva, ann = await keeper(house), await house.visitor("ann")
    await fill(eva, "/calendar/new", **EVENT)

    made = await (await ann.post("/me/calendar", {"make": "1"})).text()
    (path,) = set(re.findall(r"/calendar/follow/[\w-]+\.ics", made))
    program = house.guest()
    answer = await program.get(path)
    again = await program.get(path, **{"If-None-Match": answer.headers["ETag"]})
    shown = await page(ann, "/me/calendar")
    await ann.post("/me/calendar", {"end": "1"})

    calendar = icalendar.Calendar.from_ical(await answer.text())
    assert [event["SUMMARY"] for event in calendar.walk("VEVENT")] == ["Repair café"]
    assert again.status == 304
    assert "follow/" not in shown
    await page(program, path, 404)


async def test_a_file_of_an_event_tells_of_its_change(house: House) -> None:
    eva = await keeper(house)
    path = await fill(eva, "/calendar/new", **EVENT)

    await fill(eva, f"{path}/edit", **EVENT | {"begins": "15:00"})
    await eva.post(f"{path}/off")

    (event,) = icalendar.Calendar.from_ical(await page(eva, f"{path}/event.ics")).walk(
        "VEVENT"
    )
    assert (event["SEQUENCE"], event["STATUS"]) == (2, "CANCELLED")
    assert event.decoded("DTSTART") == datetime(2025, 7, 19, 15, tzinfo=UTC)


def attached(name: str, content: bytes) -> FormData:
    form = FormData()
    form.add_field("file", io.BytesIO(content), filename=name)
    return form


async def attach(guest: Guest, path: str, name: str, content: bytes) -> int:
    """Let a file go along with a draft; return the status."""
    jar = "; ".join(f"{key}={value}" for key, value in guest.cookies.items())
    client = guest._client  # noqa: SLF001 - forms with files are sent by nobody else
    answer = await client.post(
        path,
        data=attached(name, content),
        headers={**OURS, "Cookie": jar},
        allow_redirects=False,
    )
    return int(answer.status)


async def test_a_newsletter_is_drafted_looked_at_and_sent(house: House) -> None:
    eva, ann = await keeper(house), await house.visitor("ann")

    draft = await fill(eva, "/newsletters/new", **LETTER)
    look = await page(eva, draft)
    taken = await attach(eva, draft, "map.pdf", b"%PDF-1.7 a map")
    sent = await eva.post(draft, {"send": "1"})
    again = await eva.post(draft, {"send": "1"})
    path = sent.headers["Location"]
    shown = await page(ann, path)
    file = await ann.get(f"{path}/files/1")

    assert "Send it to 5 members" in words(look)
    assert (taken, sent.status) == (303, 303)
    assert again.headers["Location"] == path
    assert "<strong>good</strong>" in shown
    assert "Whom it reached" not in shown
    assert "Whom it reached" in await page(eva, path)
    assert await file.read() == b"%PDF-1.7 a map"
    assert file.headers["Content-Type"] == "application/pdf"
    assert file.headers["Content-Disposition"].startswith("attachment;")
    assert f'href="{path}"' in await page(ann, "/newsletters")
    with reading(house.village.folder) as reader:
        assert newsletters.figures(reader, 1).everybody == 5
        assert media.needed(reader) == newsletters.files(reader)


async def test_a_draft_is_for_its_keepers(house: House) -> None:
    eva, ann = await keeper(house), await house.visitor("ann")
    draft = await fill(eva, "/newsletters/new", **LETTER)

    await page(ann, draft, 403)
    await page(ann, "/newsletters/1", 404)
    assert (await ann.get("/newsletters/1/files/1")).status == 403
    assert LETTER["title"] not in await page(ann, "/newsletters")


async def test_a_file_that_may_not_go_along_is_refused_where_it_was_chosen(
    house: House,
) -> None:
    eva = await keeper(house)
    draft = await fill(eva, "/newsletters/new", **LETTER)

    refused = await attach(eva, draft, "game.exe", b"MZ")
    large = await attach(eva, draft, "a.txt", b"x" * 3_000_001)
    await attach(eva, draft, "a.txt", b"tea")
    await attach(eva, draft, "b.txt", b"cake")
    await eva.post(draft, {"remove": "1"})

    assert (refused, large) == (422, 422)
    with reading(house.village.folder) as reader:
        kept = newsletters.by_id(reader, 1)
        assert kept is not None
        assert [file.name for file in kept.files] == ["b.txt"]


async def test_a_paper_is_at_no_address_of_pictures(house: House) -> None:
    eva = await keeper(house)
    draft = await fill(eva, "/newsletters/new", **LETTER)
    await attach(eva, draft, "a.txt", b"tea")

    with reading(house.village.folder) as reader:
        (name,) = newsletters.files(reader)

    assert (await house.guest().get(f"/media/{name}")).status == 404


async def test_a_draft_is_changed_and_thrown_away(house: House) -> None:
    eva = await keeper(house)
    draft = await fill(eva, "/newsletters/new", **LETTER)

    await fill(eva, "/newsletters/1/edit", **LETTER | {"most": "-5", "area": "1"})
    look = await page(eva, draft)
    gone = await eva.post(draft, {"throw": "1"})

    assert "balance at most −5.00 leaves" in words(look)
    assert "Nobody is like that" in words(look)
    assert gone.headers["Location"] == "/newsletters"
    await page(eva, draft, 404)


async def test_letters_are_printed_for_whom_no_mail_reaches(house: House) -> None:
    eva = await keeper(house)
    draft = await fill(eva, "/newsletters/new", **LETTER)
    await eva.post(draft, {"send": "1"})

    html = await page(eva, "/newsletters/1/letters")

    assert html.count('class="card stack letter leaf"') == 5
    assert "Bob Beech" in html


def traded(house: House) -> str:
    """Let Ann sell to Bob; return the reference."""
    with writing(house.village.folder) as writer:
        wanted = order(house.village.ann, house.village.bob)
        return trading.record(writer, OPERATOR, wanted, now=NOW).trade.ref


async def test_a_thank_you_is_said_read_and_answered(house: House) -> None:
    ref = traded(house)
    ann, bob, cem = [await house.visitor(name) for name in ("ann", "bob", "cem")]

    path = f"/trades/{ref}/thanks"
    assert f'href="{path}"' in await page(bob, f"/trades/{ref}")
    await fill(bob, path, words="Very <b>good</b>\nbread")
    read = await page(cem, "/people/OAKV0001")
    await fill(ann, "/thanks/1", answer="With joy")

    assert "Very &lt;b&gt;good&lt;/b&gt;\nbread" in read
    assert "Answer or hide it" not in read
    assert "With joy" in await page(cem, "/people/OAKV0001")
    assert "With joy" in await page(bob, f"/trades/{ref}")
    assert "Say thank you" not in await page(bob, f"/trades/{ref}")
    assert (await bob.post("/thanks/1", {"answer": "No"})).status == 403


async def test_a_thank_you_is_hidden_by_who_got_it(house: House) -> None:
    ref = traded(house)
    ann, bob, cem = [await house.visitor(name) for name in ("ann", "bob", "cem")]
    await fill(bob, f"/trades/{ref}/thanks", words="Very good")

    await ann.post("/thanks/1", {"hide": "1"})
    hidden = await page(cem, "/people/OAKV0001")
    await ann.post("/thanks/1", {"show": "1"})

    assert "Very good" not in hidden
    assert "Very good" in await page(cem, "/people/OAKV0001")


async def test_a_thank_you_is_taken_down_for_a_reason(house: House) -> None:
    ref = traded(house)
    bob, eva = await house.visitor("bob"), await keeper(house)
    await fill(bob, f"/trades/{ref}/thanks", words="Very good")

    without = await eva.post("/thanks/1", {"remove": "1", "reason": ""})
    await eva.post("/thanks/1", {"remove": "1", "reason": "It names others"})

    assert without.status == 422
    assert 'id="reason-error"' in await without.text()
    assert "Very good" not in await page(eva, "/people/OAKV0001")
    assert "A thank-you of yours was taken down: It names others" in words(
        await page(bob, "/notices")
    )


async def test_what_is_told_leads_to_what_it_is_about(house: House) -> None:
    eva, ann = await keeper(house), await house.visitor("ann")
    paths = [
        await fill(eva, "/announcements/new", title="Tea", text="At four"),
        await fill(eva, "/calendar/new", **EVENT),
    ]
    draft = await fill(eva, "/newsletters/new", **LETTER)
    paths.append((await eva.post(draft, {"send": "1"})).headers["Location"])

    for serial, path in enumerate(paths, start=1):
        with reading(house.village.folder) as reader:
            (notice,) = reader.one(
                "SELECT id FROM notices WHERE member_id = ? ORDER BY id LIMIT 1 OFFSET ?",
                (house.village.ann.member, serial - 1),
            )
        answer = await ann.post("/notices", {"notice": str(notice)})
        assert answer.headers["Location"] == path


async def test_a_coordinator_may_tell_their_area_alone(house: House) -> None:
    dora, ann, cem = [await house.visitor(name) for name in ("dora", "ann", "cem")]

    form = await page(dora, "/announcements/new")
    refused = await dora.post(
        "/announcements/new", {"title": "Tea", "text": "x", "area": ""}
    )
    path = await fill(dora, "/announcements/new", title="Tea", text="x", area="1")

    assert "All areas" not in form
    assert refused.status == 403
    await page(ann, path)
    await page(cem, path, 404)


async def test_news_of_a_day_leaves_home_with_the_day(house: House) -> None:
    ann = await house.visitor("ann")

    def announce(writer: Writer) -> None:
        draft = announcing.Draft(
            title="Today", text="x", until="2025-07-15", audience=Audience.PUBLIC
        )
        announcing.publish(writer, OPERATOR, draft, id=uuid4(), now=NOW)

    await house.store.write(announce)
    today = await page(ann, "/home")
    house.now += 24 * 3_600
    tomorrow = await page(ann, "/home")

    assert "Today" in today
    assert "Today" not in tomorrow
    assert "Today" not in await page(house.guest(), "/")


async def test_nothing_is_left_of_a_refused_form(house: House) -> None:
    eva = await keeper(house)
    before = house.village.everything()

    for path in ("/announcements/new", "/calendar/new", "/newsletters/new"):
        assert (await eva.post(path, {"title": "Tea"})).status == 422

    after = house.village.everything()
    for table in ("announcements", "events", "newsletters", "notices", "acts"):
        assert after[table] == before[table]
    with reading(house.village.folder) as reader:
        assert events.by_id(reader, 1) is None
        assert thanks.by_id(reader, 1) is None
