"""The pages of who would like to join, as those who keep members see and use them."""

from __future__ import annotations

import pytest

from cesnode.community.roles import OPERATOR, Role
from cesnode.services import joining
from cesnode.services.membership import changing
from cesnode.store import Reader, acts, applications
from cesnode.store.applications import State
from tests.integration.conftest import House
from tests.integration.test_joining import FORM, waiting
from tests.integration.test_ways_in import mailed, postal
from tests.support.exchanges import NOW
from tests.support.visitors import Guest

__all__ = ["postal"]

FIRST = "/applications/1"


async def secretary(house: House) -> Guest:
    """Return Dora's browser, who keeps members from now on."""
    role = changing.Changes(role=Role.MEMBERSHIP_SECRETARY)
    number = house.village.dora.number
    await house.store.write(changing.change, OPERATOR, number, role, now=NOW)
    return await house.visitor("dora")


async def apply(house: House) -> tuple[Guest, str]:
    """Let Ida apply; return her browser and the address of her own page."""
    ida = house.guest()
    sent = await ida.post("/join", FORM)
    return ida, sent.headers["Location"]


async def text(guest: Guest, path: str) -> str:
    answer = await guest.get(path)
    assert answer.status == 200
    return await answer.text()


async def test_who_waits_is_told_on_the_first_page_of_who_decides(house: House) -> None:
    dora, ann = await secretary(house), await house.visitor("ann")
    assert "/applications" not in await text(dora, "/home")

    await apply(house)

    assert "1 person waits for an answer" in await text(dora, "/home")
    assert 'href="/applications"' in await text(dora, "/me")
    assert "/applications" not in await text(ann, "/home")
    assert "/applications" not in await text(ann, "/me")


@pytest.mark.parametrize("path", ["/applications", FIRST])
async def test_nobody_else_sees_who_would_like_to_join(house: House, path: str) -> None:
    await apply(house)

    for name in ("ann", "dora"):  # Dora is a coordinator of the North, so far.
        assert (await (await house.visitor(name)).get(path)).status == 403
    assert (await house.guest().get(path)).status == 303
    answer = await (await house.visitor()).post(FIRST, {"deed": "approve"})
    assert answer.status == 403
    assert [one.state for one in await waiting(house)] == [State.WAITING]


async def test_all_that_was_told_stands_on_the_page(house: House) -> None:
    await house.store.write(joining.set_terms, OPERATOR, "Be kind.", now=NOW)
    await house.guest().post("/join", {**FORM, "area": "North", "terms": "1"})
    dora = await secretary(house)

    listed, page = await text(dora, "/applications"), await text(dora, FIRST)

    assert f'href="{FIRST}"' in listed
    for told in ("Ida Iris", "ida@x.example", "North", "Bread", "and lifts", "Version 1"):
        assert told in page


async def test_letting_somebody_join_says_what_follows(house: House) -> None:
    await apply(house)
    dora = await secretary(house)

    answer = await dora.post(FIRST, {"deed": "approve"})
    page = await (await dora.follow(answer)).text()

    assert answer.status == 303
    assert "A member now" in page
    assert 'href="/people/OAKV0006"' in page
    assert 'href="/cards/OAKV0006"' in page  # No mail goes out here.
    assert "Ida Iris" in await text(dora, "/applications?state=approved")
    assert "/applications" not in await text(dora, "/home")


async def test_a_second_tap_lets_nobody_in_twice(house: House) -> None:
    await apply(house)
    dora = await secretary(house)

    await dora.post(FIRST, {"deed": "approve"})
    again = await dora.post(FIRST, {"deed": "approve"})

    assert again.status == 422
    assert "approved" in await again.text()
    assert (await dora.get("/people/OAKV0007")).status == 404


async def test_a_no_needs_a_reason_which_is_read_and_written(postal: House) -> None:
    ida, _ = await apply(postal)
    (check,) = await mailed(postal.store)
    await ida.post(check["path"])
    dora = await secretary(postal)

    without = await dora.post(FIRST, {"deed": "decline", "reason": " "})
    answer = await dora.post(FIRST, {"deed": "decline", "reason": "We are full"})

    assert without.status == 422
    assert 'id="reason-error"' in await without.text()
    assert answer.status == 303
    assert "We are full" in await text(dora, FIRST)
    assert "We are full" in await text(ida, check["path"])
    letters = await postal.store.read(letters_of)
    assert letters == [("email_check", "ida@x.example"), ("declined", "ida@x.example")]


async def test_a_question_is_mailed_and_its_answer_comes_back(postal: House) -> None:
    ida, _ = await apply(postal)
    (check,) = await mailed(postal.store)
    await ida.post(check["path"])
    dora = await secretary(postal)

    asked = await dora.post(FIRST, {"deed": "ask", "question": "Who knows you here?"})
    twice = await dora.post(FIRST, {"deed": "ask", "question": "And how long?"})
    link = await postal.store.read(link_of_question)
    empty = await ida.post(link, {"answer": " "})
    question, other = await text(ida, link), await text(ida, check["path"])
    answered = await ida.post(link, {"answer": "Bob does.\nFor years."})
    again = await ida.post(link, {"answer": "Ann too."})

    assert (asked.status, twice.status) == (303, 422)
    assert link != check["path"]
    assert "Who knows you here?" in question
    assert "Who knows you here?" in other
    assert (empty.status, answered.status, again.status) == (422, 303, 422)
    page = await text(dora, FIRST)
    assert "Who knows you here?" in page
    assert "For years." in page
    assert "Ann too." not in page


async def test_what_the_house_did_is_kept(house: House) -> None:
    await apply(house)
    dora = await secretary(house)

    await dora.post(FIRST, {"deed": "ask", "question": "Who knows you here?"})

    done = await house.store.read(lambda r: acts.about(r, "application:1"))
    assert [(act.kind, act.actor) for act in done] == [
        ("application.asked_back", house.village.dora.member)
    ]


async def test_an_application_that_there_is_not_is_not_found(house: House) -> None:
    dora = await secretary(house)

    for path in ("/applications/9", "/applications/x"):
        assert (await dora.get(path)).status == 404


async def test_who_leaves_takes_questions_and_answers_along(house: House) -> None:
    _, link = await apply(house)
    dora = await secretary(house)
    await dora.post(FIRST, {"deed": "ask", "question": "Who knows you here?"})
    await house.guest().post(link, {"answer": "Bob does."})
    await dora.post(FIRST, {"deed": "approve"})

    def work(reader: Reader) -> list[tuple[object, ...]]:
        return reader.all("SELECT question, answer FROM application_questions")

    assert await house.store.read(work) == [("Who knows you here?", "Bob does.")]
    (found,) = await waiting(house, State.APPROVED)
    account = await house.store.read(
        lambda r: r.one("SELECT account_id FROM applications WHERE id = ?", (found.id,))
    )
    await house.store.write(lambda w: applications.erase(w, account[0]))
    assert await house.store.read(work) == []


def letters_of(reader: Reader) -> list[tuple[object, ...]]:
    return reader.all("SELECT template, recipient FROM mails ORDER BY id")


def link_of_question(reader: Reader) -> str:
    (path,) = reader.one(
        "SELECT json_extract(details, '$.path') FROM mails WHERE template = 'question'"
    )
    return str(path)
