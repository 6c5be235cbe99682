"""Small things that decide who comes in, and where to."""

from __future__ import annotations

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from cesnode.config import Server
from cesnode.errors import FieldInvalid, FormElsewhere, NotAllowed, PasswordWeak
from cesnode.web import callers, comfort, devices, same_origin
from cesnode.web.asking import is_local
from cesnode.web.callers import PROXIES, Proxies
from cesnode.web.comfort import Comfort, TextSize, Theme
from cesnode.web.devices import Device
from cesnode.web.forms import WHOLE, Form

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0"
)
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("path", "is_ours"),
    [
        ("/me", True),
        ("/trades?page=2", True),
        ("", False),
        ("me", False),
        ("//evil.example/", False),
        ("/\\evil.example", False),
        ("https://evil.example", False),
        ("/me\r\nX: y", False),
        ("/sign-in", False),
        ("/sign-out", True),
    ],
)
def test_only_pages_of_ours_are_led_to(path: str, is_ours: bool) -> None:  # noqa: FBT001
    assert is_local(path) == is_ours


@pytest.mark.parametrize(
    ("headers", "is_ours"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://here:8080"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "http://here:8080"}, True),
        ({"Origin": "https://here:8080"}, True),
        ({"Origin": "http://here"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "file://here:8080"}, False),
        ({}, False),
    ],
)
def test_only_forms_of_ours_are_taken(headers: dict[str, str], is_ours: bool) -> None:  # noqa: FBT001
    request = make_mocked_request("POST", "/", headers={"Host": "here:8080", **headers})

    if is_ours:
        same_origin.require(request)
    else:
        with pytest.raises(FormElsewhere):
            same_origin.require(request)


@pytest.mark.parametrize(
    ("remote", "forwarded", "counted"),
    [
        ("192.0.2.7", "", "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),
        ("127.0.0.1", "", ""),
        ("127.0.0.1", "10.9.9.9, 198.51.100.1", "198.51.100.1"),
        ("::1", "2001:db8:1:2:3::4", "2001:db8:1:2::"),
        ("127.0.0.1", "nonsense", ""),
        (None, "198.51.100.1", ""),
        ("10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("10.1.0.9", "10.9.9.9, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.1.0.9", "198.51.100.1, 10.0.0.2, nonsense, 10.0.0.2", ""),
        ("10.0.0.2", "198.51.100.1:4711", "198.51.100.1"),
        ("10.0.0.2", "[2001:db8:1:2::9]:4711", "2001:db8:1:2::"),
        ("10.0.0.2", "::ffff:198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "10.1.0.1, 127.0.0.1", ""),
        ("10.0.0.2", ", ".join(["198.51.100.1", *["10.0.0.2"] * 40]), ""),
        ("10.0.0.3", "198.51.100.1", "10.0.0.3"),
        ("::ffff:10.0.0.2", "198.51.100.1", "198.51.100.1"),
    ],
)
def test_tries_are_counted_by_household_and_nobody_chooses_another(
    remote: str | None, forwarded: str, counted: str
) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}

    assert callers.address(asking_from(remote, headers)) == counted


@pytest.mark.parametrize(
    ("forwarded", "counted"),
    [
        ("for=198.51.100.1", "198.51.100.1"),
        ('for=192.0.2.9, For="[2001:db8:1:2::9]:4711";proto=https', "2001:db8:1:2::"),
        ("for=198.51.100.1;by=10.0.0.2, for=10.1.0.7", "198.51.100.1"),
        ("for=_hidden", ""),
        ("proto=https", ""),
        ("for=198.51.100.1, ;;=,", ""),
    ],
)
def test_the_standard_header_is_read_as_well(forwarded: str, counted: str) -> None:
    assert callers.address(asking_from("10.0.0.2", {"Forwarded": forwarded})) == counted


@pytest.mark.parametrize(
    ("standard", "counted"),
    [("for=203.0.113.5", "10.0.0.2"), ("for=198.51.100.1", "198.51.100.1")],
)
def test_a_header_that_a_proxy_passes_on_chooses_no_address(
    standard: str, counted: str
) -> None:
    headers = {"Forwarded": standard, "X-Forwarded-For": "198.51.100.1"}

    assert callers.address(asking_from("10.0.0.2", headers)) == counted


def asking_from(remote: str | None, headers: dict[str, str]) -> web.Request:
    """Return a request to a node behind two proxies."""
    app = web.Application()
    settings = Server(trusted_proxies=("10.0.0.2", "10.1.0.0/24"))
    app[PROXIES] = Proxies.of(settings)
    request = make_mocked_request("GET", "/", headers=headers, app=app)
    return request.clone(remote=remote or "")


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (FIREFOX, Device("Firefox", "Linux")),
        (EDGE, Device("Edge", "Windows")),
        (SAFARI, Device("Safari", "iPhone")),
        ("curl/8", Device("", "")),
    ],
)
def test_people_recognise_their_devices(agent: str, device: Device) -> None:
    assert devices.recognise(agent) == device


def test_what_a_cookie_says_of_comfort_is_a_choice_of_ours() -> None:
    assert comfort.choice("large", "dark") == Comfort(TextSize.LARGE, Theme.DARK)
    assert comfort.choice('"><script>', "pink") == comfort.PLAIN


def test_a_form_keeps_the_first_thing_that_is_wrong_with_each_field() -> None:
    form = Form({"name": " "})

    form.required("name")
    form.refuse("name", FieldInvalid("name", "it is too long"))
    with form.checking():
        raise PasswordWeak(least=8)
    with form.checking("again"):
        raise FieldInvalid("other", "it is odd")
    with form.checking():
        raise FieldInvalid("", "it is odd")

    assert [*form.errors] == ["name", "password", "again", WHOLE]
    assert str(form.errors["name"]) == "Please fill this in."


def test_what_nobody_can_correct_is_no_matter_of_a_form() -> None:
    with pytest.raises(NotAllowed), Form().checking():
        raise NotAllowed(permission="this")


def test_a_field_is_read_once_it_is_filled_in() -> None:
    form = Form({"many": "7", "few": "none"})

    def whole(text: str) -> int:
        if not text.isdigit():
            raise FieldInvalid("", "it is no number")
        return int(text)

    assert form.read("many", whole) == 7
    assert form.read("few", whole) is None
    assert form.read("missing", whole) is None
    assert [*form.errors] == ["few", "missing"]
