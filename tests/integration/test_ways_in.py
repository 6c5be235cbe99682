"""Coming in without a password: by a mailed link, by a card; and the second step."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec
import pyotp
import pytest

from cesnode.community.roles import OPERATOR
from cesnode.services import access, admitting
from cesnode.services.admitting import Card
from cesnode.services.membership import changing, helping
from cesnode.services.membership.changing import Changes
from cesnode.store import Reader, Store, Writer, mails
from tests.integration.conftest import PASSWORD, House
from tests.support.exchanges import NOW, Person

NEW = {"password": "another horse", "again": "another horse"}
EMAIL = "ann@oakvale.example"


@pytest.fixture
async def postal(house: House) -> House:
    """The house, which sends mail, and Ann with an address."""

    def work(writer: Writer) -> None:
        mails.open_office(writer, today="2025-07-15")
        changes = Changes(email=EMAIL)
        changing.change(writer, OPERATOR, house.village.ann.number, changes, now=NOW)

    await house.store.write(work)
    return house


async def mailed(store: Store) -> list[Mapping[str, Any]]:
    """Return what stands in the mails that wait to be sent, those of changes left out."""

    def work(reader: Reader) -> list[Mapping[str, Any]]:
        rows = reader.all(
            "SELECT recipient, details FROM mails WHERE template IN"
            " ('password_reset', 'welcome', 'email_check') ORDER BY id"
        )
        return [
            {"to": to, **msgspec.json.decode(values, type=dict[str, str])}
            for to, values in rows
        ]

    return await store.read(work)


async def card_for(house: House, person: Person) -> Card:
    drawn = admitting.draw_words("en")
    return await house.store.write(
        admitting.make_card, OPERATOR, person.number, drawn, now=house.now
    )


@pytest.mark.parametrize("name", [EMAIL.upper(), "1"])
async def test_a_mailed_link_sets_a_password_once(postal: House, name: str) -> None:
    there = await postal.visitor()
    guest = postal.guest()

    asked = await guest.post("/forgotten-password", {"who": name})
    (mail,) = await mailed(postal.store)
    entered = await guest.post(mail["path"], NEW)
    again = await postal.guest().get(mail["path"])
    old = await postal.guest().post("/sign-in", {"who": "1", "password": PASSWORD})

    assert asked.headers["Location"] == "/forgotten-password?sent"
    assert mail["to"] == EMAIL
    assert entered.status == 303
    assert (await guest.get("/me")).status == 200
    assert again.status == 410
    assert old.status == 422
    assert (await there.get("/me")).status == 303


async def test_a_stranger_is_not_told_whether_a_link_was_mailed(postal: House) -> None:
    known = await postal.guest().post("/forgotten-password", {"who": "1"})
    unknown = await postal.guest().post("/forgotten-password", {"who": "99"})

    assert known.status == unknown.status == 303
    assert known.headers["Location"] == unknown.headers["Location"]
    assert len(await mailed(postal.store)) == 1


async def test_a_link_is_too_old_after_two_hours(postal: House) -> None:
    await postal.guest().post("/forgotten-password", {"who": "1"})
    (mail,) = await mailed(postal.store)

    postal.now += 7_200
    answer = await postal.guest().post(mail["path"], NEW)

    assert answer.status == 410
    assert "used before, or is too old" in await answer.text()


async def test_without_mail_the_page_names_another_way(house: House) -> None:
    page = await (await house.guest().get("/forgotten-password")).text()

    assert "This exchange sends no e-mail" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"password": "short", "again": "short"}, "at least 8 characters"),
        ({"password": "another horse", "again": "other horse"}, "not the same"),
        ({"password": "another horse"}, "Please fill this in"),
        ({"again": "another horse"}, "Type the password"),
    ],
)
async def test_a_bad_new_password_leaves_the_ticket_good(
    house: House, typed: Mapping[str, str], said: str
) -> None:
    card = await card_for(house, house.village.bob)
    path = card.address.removeprefix("http://127.0.0.1:8101")

    answer = await house.guest().post(path, typed)

    assert answer.status == 422
    assert said in await answer.text()
    assert (await house.guest().post(path, NEW)).status == 303


async def test_a_card_lets_in_by_its_words_and_once(house: House) -> None:
    card = await card_for(house, house.village.bob)
    guest = house.guest()
    words = {"who": "2", "words": " ".join(card.words).title() + "."}

    spoken = await guest.post("/card", words)
    entered = await guest.post(spoken.headers["Location"], NEW)
    again = await house.guest().post("/card", words)

    assert entered.status == 303
    assert "Bob Beech" in await (await guest.get("/me")).text()
    assert again.status == 422
    assert "or the card was used before" in await again.text()


async def test_wrong_words_of_a_card_are_counted_and_its_picture_goes_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admitting, "MOST_WORD_TRIES", 1)
    card = await card_for(house, house.village.bob)
    wrong = await house.guest().post("/card", {"who": "2", "words": "no such words"})

    right = await house.guest().post("/card", {"who": "2", "words": " ".join(card.words)})
    path = card.address.removeprefix("http://127.0.0.1:8101")

    assert (wrong.status, right.status) == (422, 422)
    assert (await house.guest().get(path)).status == 200


async def test_a_new_card_replaces_the_one_before(house: House) -> None:
    before = await card_for(house, house.village.bob)
    await card_for(house, house.village.bob)

    path = before.address.removeprefix("http://127.0.0.1:8101")

    assert (await house.guest().get(path)).status == 410


async def test_whoever_keeps_members_prints_a_card(house: House) -> None:
    eva = await house.visitor("eva", second_step=True)

    asked = await eva.get("/cards/2")
    page = await (await eva.post("/cards/2")).text()
    (words,) = re.findall(r'class="words">([^<]+)<', page)
    spoken = await house.guest().post("/card", {"who": "2", "words": words})

    assert asked.status == 200
    assert "<svg" in page
    assert "Bob Beech" in page
    assert spoken.status == 303


async def set_up(house: House, name: str = "ann") -> tuple[str, list[str]]:
    """Set a second step up; return what codes are made from, and the recovery codes."""
    guest = await house.visitor(name)
    await guest.post("/me/second-step", {"do": "begin"})
    page = await (await guest.get("/me/second-step")).text()
    (block,) = re.findall(r'<code class="hash">(.*?)</code>', page, re.DOTALL)
    seed = re.sub(r"<[^>]*>|\s", "", block)
    code = pyotp.TOTP(seed).at(house.now)
    codes = await (await guest.post("/me/second-step", {"code": code})).text()
    return seed, re.findall(r">(\w{4}-\w{4})<", codes)


async def halfway(house: House) -> Any:  # noqa: ANN401 - a Guest
    guest = house.guest()
    entered = await guest.post("/sign-in", {"who": "1", "password": PASSWORD})
    assert entered.headers["Location"].startswith("/sign-in/code")
    return guest


async def test_with_a_second_step_a_password_alone_opens_nothing(house: House) -> None:
    seed, _ = await set_up(house)
    house.now += 60

    guest = await halfway(house)
    before = await guest.get("/me")
    passed = await guest.post("/sign-in/code", {"code": pyotp.TOTP(seed).at(house.now)})
    after = await guest.get("/me")

    assert (before.status, passed.status, after.status) == (303, 303, 200)


async def test_a_code_counts_once(house: House) -> None:
    seed, _ = await set_up(house)
    house.now += 60
    code = {"code": pyotp.TOTP(seed).at(house.now)}
    await (await halfway(house)).post("/sign-in/code", code)

    again = await (await halfway(house)).post("/sign-in/code", code)

    assert again.status == 422
    assert "was used before" in await again.text()


async def test_a_recovery_code_counts_once(house: House) -> None:
    _, codes = await set_up(house)
    assert len(set(codes)) == 10

    first = await (await halfway(house)).post("/sign-in/code", {"code": codes[0].upper()})
    again = await (await halfway(house)).post("/sign-in/code", {"code": codes[0]})

    assert (first.status, again.status) == (303, 422)


async def test_codes_can_be_guessed_a_few_times_only(house: House) -> None:
    seed, _ = await set_up(house)
    house.now += 60
    guest = await halfway(house)
    for _ in range(20):
        await guest.post("/sign-in/code", {"code": "000000"})

    answer = await guest.post("/sign-in/code", {"code": pyotp.TOTP(seed).at(house.now)})

    assert answer.status == 422
    assert "tried too often" in await answer.text()


async def test_a_mailed_link_does_not_replace_the_second_step(postal: House) -> None:
    await set_up(postal)
    guest = postal.guest()
    await guest.post("/forgotten-password", {"who": "1"})
    (mail,) = await mailed(postal.store)

    entered = await guest.post(mail["path"], NEW)

    assert entered.headers["Location"].startswith("/sign-in/code")
    assert (await guest.get("/me")).status == 303


async def test_what_codes_are_made_from_is_locked_in_the_file(house: House) -> None:
    seed, codes = await set_up(house)

    rows = str(house.village.everything())

    assert seed not in rows
    assert not any(code in rows or code.replace("-", "") in rows for code in codes)


async def test_an_admin_without_a_second_step_has_no_rights_yet(house: House) -> None:
    eva = await house.visitor("eva")

    me = await (await eva.get("/me")).text()
    led = await eva.get("/cards/2")

    assert "A second step is missing" in me
    assert (led.status, led.headers["Location"]) == (303, "/me/second-step")


async def test_before_what_matters_the_password_is_asked_again(house: House) -> None:
    guest = await house.visitor()
    house.now += 901

    led = await guest.get("/me/password")
    wrong = await guest.post(led.headers["Location"], {"password": "wrong horse"})
    before = guest.cookies["s"]
    right = await guest.post(led.headers["Location"], {"password": PASSWORD})

    assert led.headers["Location"] == "/prove?next=/me/password"
    assert wrong.status == 422
    assert right.headers["Location"] == "/me/password"
    assert guest.cookies["s"] != before
    assert (await guest.get("/me/password")).status == 200


async def test_changing_the_password_signs_out_every_other_device(house: House) -> None:
    here, there = await house.visitor(), await house.visitor()

    changed = await here.post("/me/password", NEW)

    assert changed.status == 303
    assert (await here.get("/me")).status == 200
    assert (await there.get("/me")).status == 303
    assert (await house.guest().post("/sign-in", {"who": "1", **NEW})).status == 303


async def test_one_sign_in_acts_for_several_accounts(house: House) -> None:
    ann, bob = house.village.ann, house.village.bob
    guest = await house.visitor("ann")
    await house.store.write(admitting.share, OPERATOR, ann.number, bob.number, now=NOW)

    first = await (await guest.get("/me")).text()
    chosen = await guest.post("/me/account", {"account": bob.number})
    after = await (await guest.get("/me")).text()
    strange = await guest.post("/me/account", {"account": house.village.cem.number})

    assert "<h1>Ann Ash</h1>" in first
    assert chosen.status == 303
    assert "<h1>Bob Beech</h1>" in after
    assert strange.status == 422


async def test_both_people_of_a_joint_account_come_in_by_its_number(house: House) -> None:
    ann, bob = house.village.ann, house.village.bob
    hashed = access.hash_password("bobs own words")

    def work(writer: Writer) -> None:
        helping.set_password(writer, OPERATOR, bob.number, password_hash=hashed, now=NOW)
        writer.run(
            "INSERT INTO account_members (account_id, member_id) VALUES (?, ?)",
            (ann.account, bob.member),
        )

    await house.store.write(work)
    guest = house.guest()

    entered = await guest.post("/sign-in", {"who": "1", "password": "bobs own words"})

    assert entered.status == 303
    assert "Bob Beech" in await (await guest.get("/me")).text()


async def test_a_known_and_an_unknown_name_cost_the_same_work(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []
    verify = access.verify_password

    def counted(stored: str, said: str) -> bool:
        compared.append(stored)
        return verify(stored, said)

    monkeypatch.setattr(access, "verify_password", counted)
    counts = []

    for name in ("1", "2", "99", "nobody@x.example", "?"):
        compared.clear()
        await house.guest().post("/sign-in", {"who": name, "password": "wrong horse"})
        counts.append(len(compared))

    assert counts == [2] * 5
