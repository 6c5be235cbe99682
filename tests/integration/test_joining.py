"""Applying to join: from the form to the first password."""

from __future__ import annotations

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.errors import Code
from cesnode.services import joining
from cesnode.store import Reader, Writer, applications
from cesnode.store.applications import Application, State
from tests.integration.conftest import House
from tests.integration.test_ways_in import NEW, mailed, postal
from tests.support.exchanges import NOW, refused

__all__ = ["postal"]

FORM = {"name": "Ida Iris", "email": "ida@x.example", "offers": "Bread\nand lifts"}


async def waiting(house: House, state: State = State.WAITING) -> list[Application]:
    return await house.store.read(joining.listed, OPERATOR, state)


async def test_from_the_form_to_the_first_password(postal: House) -> None:
    guest = postal.guest()

    sent = await guest.post("/join", FORM)
    (check,) = await mailed(postal.store)
    asked = await guest.get(check["path"])
    confirmed = await guest.follow(await guest.post(check["path"]))
    (found,) = await waiting(postal)
    account = await postal.store.write(joining.approve, OPERATOR, found.id, now=NOW)
    _, welcome = await mailed(postal.store)
    entered = await guest.post(welcome["path"], NEW)

    assert sent.headers["Location"] == "/join?sent"
    assert "was it you who asked?" in await asked.text()
    assert "will decide" in await confirmed.text()
    assert welcome["number"] == account.number == "OAKV0006"
    assert entered.status == 303
    assert "Ida Iris" in await (await guest.get("/me")).text()
    assert (
        "Your account number is OAKV0006" in await (await guest.get(check["path"])).text()
    )


async def test_looking_at_a_link_confirms_nothing(postal: House) -> None:
    await postal.guest().post("/join", FORM)
    (check,) = await mailed(postal.store)

    await postal.guest().get(check["path"])

    assert await waiting(postal) == []


async def test_an_address_is_not_confirmed_after_two_days(postal: House) -> None:
    await postal.guest().post("/join", FORM)
    (check,) = await mailed(postal.store)

    postal.now += 2 * 86_400
    answer = await postal.guest().post(check["path"])

    assert answer.status == 410


async def test_without_mail_whoever_applies_waits_at_once(house: House) -> None:
    guest = house.guest()

    sent = await guest.post("/join", FORM)
    page = await (await guest.follow(sent)).text()

    assert "will decide" in page
    assert [one.name for one in await waiting(house)] == ["Ida Iris"]


async def test_the_terms_that_were_accepted_stay_known(house: House) -> None:
    await house.store.write(joining.set_terms, OPERATOR, "Be kind.", now=NOW)
    without = await house.guest().post("/join", FORM)
    await house.store.write(joining.set_terms, OPERATOR, "Be kind and fair.", now=NOW)
    earlier = await house.guest().post("/join", {**FORM, "terms": "1"})
    accepted = await house.guest().post("/join", {**FORM, "terms": "2"})

    page = await without.text()
    (found,) = await waiting(house)
    rows = await house.store.read(_acceptances)

    assert (without.status, earlier.status, accepted.status) == (422, 422, 303)
    assert "accept the terms" in page
    assert "Be kind." in page
    assert "Bread\nand lifts" in page
    assert found.terms == 2
    assert rows == [(2, NOW)]


def _acceptances(reader: Reader) -> list[tuple[object, ...]]:
    return reader.all("SELECT version, accepted_at FROM acceptances")


async def test_all_that_is_wrong_with_an_application_is_told_at_once(house: House) -> None:
    answer = await house.guest().post("/join", {"name": " ", "email": ""})
    wrong = await house.guest().post("/join", {**FORM, "email": "ida"})

    page = await answer.text()
    assert page.count("Tell us your name.") == 2
    assert page.count("Tell us your e-mail address.") == 2
    assert "That is not an e-mail address" in await wrong.text()
    assert 'value="ida"' in await wrong.text()


async def test_a_refusal_tells_why_and_is_made_once(house: House) -> None:
    guest = house.guest()
    sent = await guest.post("/join", FORM)
    (found,) = await waiting(house)

    await house.store.write(
        joining.decline, OPERATOR, found.id, reason="We are full this year", now=NOW
    )
    page = await (await guest.follow(sent)).text()

    assert "We are full this year" in page
    with refused(Code.WRONG_STATE):
        await house.store.write(joining.approve, OPERATOR, found.id, now=NOW)
    with refused(Code.UNKNOWN_APPLICATION):
        await house.store.write(joining.approve, OPERATOR, 99, now=NOW)


async def test_terms_and_acceptances_are_final(house: House) -> None:
    await house.store.write(joining.set_terms, OPERATOR, "Be kind.", now=NOW)

    def work(writer: Writer) -> None:
        writer.run("UPDATE house_terms SET text = 'Obey.'")

    with pytest.raises(Exception, match="final"):
        await house.store.write(work)
    terms = await house.store.read(applications.terms)
    assert terms is not None
    assert terms.text == "Be kind."
