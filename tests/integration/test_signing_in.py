"""Coming in, going out, and what only who is in may see."""

from __future__ import annotations

import re

import pytest

from tests.integration.conftest import PASSWORD, House
from tests.support.visitors import OURS, Guest

WRONG = "does not go with that password"


@pytest.mark.parametrize("name", ["OAKV0001", "1", " oakv-0001 "])
async def test_a_number_and_a_password_let_somebody_in(house: House, name: str) -> None:
    guest = house.guest()

    entered = await guest.post("/sign-in", {"who": name, "password": PASSWORD})
    me = await guest.get("/me")

    assert (entered.status, entered.headers["Location"]) == (303, "/home")
    assert me.status == 200
    assert "Ann Ash" in await me.text()
    assert me.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("1", "wrong horse"),
        ("99", PASSWORD),
        ("nobody@x.example", PASSWORD),
        ("?", "wrong horse"),
    ],
)
async def test_whatever_is_wrong_is_told_with_the_same_words(
    house: House, name: str, password: str
) -> None:
    answer = await house.guest().post("/sign-in", {"who": name, "password": password})

    page = await answer.text()
    assert answer.status == 422
    assert WRONG in page
    assert f'value="{name}"' in page
    assert password not in page
    assert "<title>Error: Sign in" in page
    assert 'href="#who"' in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


async def test_all_that_is_missing_is_told_at_once(house: House) -> None:
    answer = await house.guest().post("/sign-in", {"who": " "})

    page = await answer.text()
    assert page.count("Type your account number or your e-mail address.") == 2
    assert page.count("Type the password.") == 2


async def test_a_stranger_is_led_to_the_door_and_back(house: House) -> None:
    guest = house.guest()

    asked = await guest.get("/me/devices")
    door = asked.headers["Location"]
    entered = await guest.post(door, {"who": "1", "password": PASSWORD})

    assert (asked.status, door) == (303, "/sign-in?next=/me/devices")
    assert entered.headers["Location"] == "/me/devices"


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example", "/sign-in"]
)
async def test_nobody_is_led_elsewhere_after_the_door(house: House, elsewhere: str) -> None:
    entered = await house.guest().post(
        f"/sign-in?next={elsewhere}", {"who": "1", "password": PASSWORD}
    )

    assert entered.headers["Location"] == "/home"


async def test_a_session_ends_where_somebody_signs_out(house: House) -> None:
    guest = await house.visitor()
    copied = Guest(house.client, guest.cookies["s"])

    left = await guest.post("/sign-out")
    front = await guest.follow(left)
    later = await copied.get("/me")

    assert front.status == 200
    assert later.status == 303


async def test_a_cookie_alone_is_no_form_of_ours(house: House) -> None:
    guest = await house.visitor()

    for site in ("cross-site", "same-site", ""):
        answer = await guest.post("/sign-out", **{"Sec-Fetch-Site": site})
        assert answer.status == 403
    bare = await house.client.post("/sign-out", data={})
    foreign = await house.client.post("/sign-out", data={}, headers={"Origin": "http://x"})

    assert (bare.status, foreign.status) == (403, 403)
    assert (await guest.get("/me")).status == 200


async def test_an_older_browser_says_it_by_its_origin(house: House) -> None:
    address = house.client.make_url("/")
    headers = {"Origin": f"http://{address.host}:{address.port}"}

    answer = await house.client.post(
        "/sign-in",
        data={"who": "1", "password": PASSWORD},
        headers=headers,
        allow_redirects=False,
    )

    assert answer.status == 303


async def test_another_device_can_be_signed_out(house: House) -> None:
    here, there = await house.visitor(), await house.visitor()
    page = await (await here.get("/me/devices")).text()
    (number,) = re.findall(r'name="session"\s+value="(\d+)"', page)

    ended = await here.post("/me/devices", {"session": number})

    assert ended.status == 303
    assert (await there.get("/me")).status == 303
    assert (await here.get("/me")).status == 200


async def test_all_other_devices_can_be_signed_out_at_once(house: House) -> None:
    here, *others = [await house.visitor() for _ in range(3)]

    await here.post("/me/devices", {"others": "yes"})

    assert [(await other.get("/me")).status for other in others] == [303, 303]
    assert (await here.get("/me")).status == 200


async def test_nobody_signs_out_anothers_device(house: House) -> None:
    ann, bob = await house.visitor("ann"), await house.visitor("bob")

    answer = await bob.post("/me/devices", {"session": "1"})

    assert answer.status == 422
    assert (await ann.get("/me")).status == 200


async def test_a_session_ends_after_a_time_without_use_and_after_all(house: House) -> None:
    guest = await house.visitor()

    house.now += 13 * 86_400
    assert (await guest.get("/me")).status == 200
    house.now += 13 * 86_400
    assert (await guest.get("/me")).status == 200
    house.now += 15 * 86_400
    assert (await guest.get("/me")).status == 303


async def test_too_many_tries_are_not_looked_at(house: House) -> None:
    guest = house.guest()
    for _ in range(20):
        await guest.post("/sign-in", {"who": "77", "password": "x"})

    unknown = await guest.post("/sign-in", {"who": "0077", "password": "x"})
    other = await house.guest().post("/sign-in", {"who": "1", "password": PASSWORD})
    house.now += 601
    later = await house.guest().post("/sign-in", {"who": "77", "password": "x"})

    assert unknown.status == 422
    assert "tried too often" in await unknown.text()
    assert other.status == 303
    assert WRONG in await later.text()


async def test_a_note_is_said_once(house: House) -> None:
    guest = await house.visitor()

    first = await (await guest.follow(await guest.post("/comfort", {}))).text()
    again = await (await guest.get("/comfort")).text()

    assert "look for you from now on" in first
    assert "look for you from now on" not in again


async def test_letters_are_as_large_as_somebody_likes_on_every_page(house: House) -> None:
    guest = house.guest()
    await guest.post("/comfort", {"text": "large", "theme": "dark"})

    for path in ("/", "/numbers", "/comfort", "/sign-in", "/nothing"):
        page = await (await guest.get(path)).text()
        assert 'class="text-large theme-dark"' in page, path


async def test_an_unchanged_page_is_not_sent_again(house: House) -> None:
    guest = await house.visitor()
    first = await guest.get("/me")

    again = await guest.get("/me", **{"If-None-Match": first.headers["Etag"]})

    assert again.status == 304


async def test_a_form_of_another_kind_is_refused(house: House) -> None:
    answer = await house.client.post("/sign-in", json={"who": "1"}, headers=OURS)

    assert answer.status == 415
