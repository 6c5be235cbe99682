"""A member changes where letters go and what they are called, and nobody else does."""

from __future__ import annotations

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.services import ruling
from cesnode.services.ruling import Terms
from cesnode.store import Reader, accounts, members
from tests.integration.conftest import PASSWORD, House
from tests.integration.test_ways_in import EMAIL, postal
from tests.support.exchanges import NOW
from tests.support.visitors import Guest

__all__ = ["postal"]

NEW = "ann@new.example"
DAY = 86_400


def letters(reader: Reader) -> list[tuple[str, str]]:
    return reader.all(
        "SELECT template, recipient FROM mails WHERE template LIKE 'address_%'"
        " OR template LIKE 'email_%' ORDER BY id"
    )


def link(reader: Reader) -> str:
    (path,) = reader.one(
        "SELECT json_extract(details, '$.path') FROM mails"
        " WHERE template = 'address_check' ORDER BY id DESC LIMIT 1"
    )
    return str(path)


async def asked(house: House) -> tuple[Guest, str]:
    """Let Ann ask for another address; return her browser and the link she is sent."""
    ann = await house.visitor()
    answer = await ann.post("/me/email", {"email": NEW})
    assert answer.status == 303
    return ann, await house.store.read(link)


async def email_of(house: House) -> str | None:
    found = await house.store.read(members.by_id, house.village.ann.member)
    return found.email


async def test_an_address_counts_once_its_reader_says_so(postal: House) -> None:
    ann, path = await asked(postal)

    pending = await (await ann.get("/me/email")).text()
    looked = await postal.guest().get(path)
    before = await email_of(postal)
    proven = await postal.guest().post(path)

    assert NEW in pending
    assert looked.status == 200
    assert before == EMAIL  # Looking proves nothing: programs follow links too.
    assert proven.status == 303
    assert await email_of(postal) == NEW


async def test_the_address_before_is_told(postal: House) -> None:
    _, path = await asked(postal)

    await postal.guest().post(path)

    assert await postal.store.read(letters) == [
        ("address_check", NEW),
        ("email_changed", EMAIL),
    ]


async def test_whoever_proved_an_address_signs_in_by_it(postal: House) -> None:
    _, path = await asked(postal)
    await postal.guest().post(path)

    old = await postal.guest().post("/sign-in", {"who": EMAIL, "password": PASSWORD})
    new = await postal.guest().post("/sign-in", {"who": NEW, "password": PASSWORD})

    assert (old.status, new.status) == (422, 303)


async def test_a_link_is_good_once_and_for_two_days(postal: House) -> None:
    _, path = await asked(postal)
    await postal.guest().post(path)
    used = await postal.guest().post(path)
    _, later = await asked(postal)

    postal.now += 2 * DAY
    old = await postal.guest().post(later)

    assert (used.status, old.status) == (410, 410)


async def test_only_the_last_address_that_was_asked_for_counts(postal: House) -> None:
    ann, first = await asked(postal)
    await ann.post("/me/email", {"email": "ann@other.example"})

    assert (await postal.guest().post(first)).status == 410
    await postal.guest().post(await postal.store.read(link))
    assert await email_of(postal) == "ann@other.example"


async def test_an_open_browser_is_not_enough(postal: House) -> None:
    ann = await postal.visitor()
    postal.now += 16 * 60

    answer = await ann.post("/me/email", {"email": NEW})

    assert answer.status == 303
    assert answer.headers["Location"].startswith("/prove")
    assert await postal.store.read(letters) == []


async def test_what_is_no_address_is_refused_at_its_field(postal: House) -> None:
    answer = await (await postal.visitor()).post("/me/email", {"email": "ann"})

    assert answer.status == 422
    assert 'id="email-error"' in await answer.text()


async def test_without_mail_the_page_says_whom_to_ask(house: House) -> None:
    page = await (await (await house.visitor()).get("/me/email")).text()

    assert "can change the address for you" in page
    assert "<form" not in page.partition("<main")[2].partition("</main")[0]


async def test_a_member_chooses_their_own_name(house: House) -> None:
    ann = await house.visitor()

    answer = await ann.post("/me/name", {"name": "Annie Ash"})

    assert answer.status == 303
    assert "Annie Ash" in await (await ann.get("/home")).text()
    bob = await house.visitor("bob")
    assert "Annie Ash" in await (await bob.get("/people/OAKV0001")).text()
    assert "Annie Ash" in await (await bob.get("/people?q=annie")).text()


@pytest.mark.parametrize("name", [" ", "x" * 200, "a\u202eb"])
async def test_what_is_no_name_is_refused(house: House, name: str) -> None:
    answer = await (await house.visitor()).post("/me/name", {"name": name})

    assert answer.status == 422
    account = await house.store.read(accounts.by_id, house.village.ann.account)
    assert account.name == "Ann Ash"


async def test_where_names_are_given_the_page_says_whom_to_ask(house: House) -> None:
    await house.store.write(ruling.set_terms, OPERATOR, Terms(own_names=False), now=NOW)
    ann = await house.visitor()

    page = await (await ann.get("/me/name")).text()
    answer = await ann.post("/me/name", {"name": "Annie Ash"})

    assert "Please ask them." in page
    assert answer.status == 403
    account = await house.store.read(accounts.by_id, house.village.ann.account)
    assert account.name == "Ann Ash"
