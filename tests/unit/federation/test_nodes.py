"""Origins, the names that follow from them, and where we do not go."""

from __future__ import annotations

import pytest

from federation.errors import FederationError, Problem
from federation.nodes import Reach, check_origin, may_connect, node_name, origin_of

PUBLIC = Reach()
PRIVATE = Reach(private=True)


@pytest.mark.parametrize(
    ("origin", "name"),
    [
        ("https://a.example", "a.example"),
        ("https://A.Example/", "a.example"),
        ("https://a.example:443", "a.example"),
        ("https://xn--bcher-kva.example", "xn--bcher-kva.example"),
    ],
)
def test_a_public_origin_has_one_spelling_and_one_name(origin: str, name: str) -> None:
    checked = check_origin(origin, PUBLIC)

    assert node_name(checked) == name
    assert origin_of(name, PUBLIC) == checked


@pytest.mark.parametrize(
    ("origin", "name"),
    [
        ("http://127.0.0.1:8101", "127.0.0.1:8101"),
        ("http://localhost:80", "localhost"),
        ("https://b.example:8443", "b.example:8443"),
    ],
)
def test_a_test_node_is_named_with_its_port(origin: str, name: str) -> None:
    checked = check_origin(origin, PRIVATE)

    assert node_name(checked) == name
    assert origin_of(name, PRIVATE) == checked


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "a.example",
        "http://a.example",
        "ftp://a.example",
        "https://",
        "https://a.example:8443",
        "https://a.example:0",
        "https://a.example:99999",
        "https://user@a.example",
        "https://user:secret@a.example",
        "https://a.example@evil.example",
        "https://a.example/path",
        "https://a.example?query",
        "https://a.example#part",
        "https://a.example\\@evil.example",
        "https://a.example%2eevil.example",
        "https://a..example",
        "https://-a.example",
        "https://a.example.",
        "https://bücher.example",
        "https://localhost",
        "https://intranet",
        "https://127.0.0.1",
        "https://8.8.8.8",
        "https://127.1",
        "https://2130706433",
        "https://0x7f000001",
        "https://0x7f.0.0.1",
        "https://0177.0.0.1",
        "https://[::1]",
        "https://[::ffff:127.0.0.1]",
        "https://[64:ff9b::7f00:1]",
        "https://169.254.169.254",
        "https://a.example\n",
        "https://a.example ",
        "https://" + "a" * 300 + ".example",
    ],
)
def test_a_hostile_origin_is_refused(origin: str) -> None:
    with pytest.raises(FederationError) as refused:
        check_origin(origin, PUBLIC)

    assert refused.value.problem is Problem.NOT_ROUTABLE


@pytest.mark.parametrize(
    "origin", ["http://user@127.0.0.1", "http://127.0.0.1/x", "file:///etc/passwd", "x"]
)
def test_even_a_test_node_has_a_plain_origin(origin: str) -> None:
    with pytest.raises(FederationError):
        check_origin(origin, PRIVATE)


def test_a_port_can_be_allowed() -> None:
    reach = Reach(ports=frozenset({443, 8443}))

    assert check_origin("https://a.example:8443", reach) == "https://a.example:8443"


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808", "::ffff:8.8.8.8"]
)
def test_a_public_address_is_connected_to(address: str) -> None:
    assert may_connect(address, PUBLIC)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.1",
        "255.255.255.255",
        "224.0.0.1",
        "240.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "2001:0:808:808:0:0:80ff:fffe",
        "localhost",
        "",
    ],
)
def test_an_address_inside_is_not_connected_to(address: str) -> None:
    assert not may_connect(address, PUBLIC)


def test_the_flag_for_tests_opens_the_inside() -> None:
    assert may_connect("127.0.0.1", PRIVATE)
    assert not may_connect("localhost", PRIVATE)
