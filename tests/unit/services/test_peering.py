"""Keeping the agreements with other exchanges: who may, and what they are called."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from fractions import Fraction

import pytest

from cesnode.community.roles import Role
from cesnode.errors import Code
from cesnode.ledger.accounts import AccountKind, clearing_number
from cesnode.services import peering
from cesnode.services.peering import standing
from cesnode.services.peering.introducing import free_code
from cesnode.store import Writer, accounts, exchanges, peerings, peers
from cesnode.store.peerings import Facts, Meeting
from federation.peering import State
from tests.support.exchanges import NOW, acting_as, join, refused

HELPERS = {standing.record}
"""Called on an actor's behalf by those who have asked."""


def services() -> Iterator[Callable[..., object]]:
    for module in pkgutil.iter_modules(peering.__path__):
        room = importlib.import_module(f"{peering.__name__}.{module.name}")
        for _, function in inspect.getmembers(room, inspect.isfunction):
            public = function.__module__ == room.__name__ and function.__name__[0] != "_"
            if public and "actor" in inspect.signature(function).parameters:
                yield function


ALL = [service for service in services() if service not in HELPERS]
SERVICES = [each for each in ALL if "writer" in inspect.signature(each).parameters]
READING = [each for each in ALL if each not in SERVICES]


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    "role",
    [Role.MEMBER, Role.COORDINATOR, Role.MEMBERSHIP_SECRETARY, Role.AUDITOR],
)
def test_whoever_does_not_keep_the_agreements_is_refused_before_anything_else(
    writer: Writer, service: Callable[..., object], role: Role
) -> None:
    actor = acting_as(writer, join(writer, "Ann Ash", role=role, area="North"))
    given = dict.fromkeys(inspect.signature(service).parameters)

    with refused(Code.NOT_ALLOWED):
        service(**{**given, "writer": writer, "actor": actor})


@pytest.mark.parametrize("service", READING)
@pytest.mark.parametrize("role", [Role.MEMBER, Role.COORDINATOR])
def test_how_we_stand_with_others_is_read_by_those_who_read_all(
    writer: Writer, service: Callable[..., object], role: Role
) -> None:
    actor = acting_as(writer, join(writer, "Ann Ash", role=role, area="North"))
    given = dict.fromkeys(inspect.signature(service).parameters)

    with refused(Code.NOT_ALLOWED):
        service(**{**given, "reader": writer, "actor": actor})


def test_the_services_are_there_to_be_walked() -> None:
    assert {service.__name__ for service in SERVICES} >= {
        "invite",
        "take_up",
        "approve",
        "change",
        "pause",
        "resume",
        "close",
        "freeze",
        "thaw",
    }


def meet(writer: Writer, code: str) -> None:
    clearing = accounts.insert(
        writer,
        number=clearing_number("OAKV", code),
        name=code,
        kind=AccountKind.CLEARING,
        now=NOW,
        area=None,
    )
    facts = Facts(
        node=f"{code.lower()}.example",
        origin=f"https://{code.lower()}.example",
        name=code,
        currency=code,
        currency_name=code,
        scale=2,
        rate=Fraction(1),
        box_key="k" * 43,
    )
    meeting = Meeting(
        state=State.REQUESTED, peering_id=code, clearing=clearing, token_hash="0" * 64
    )
    peerings.insert(writer, facts, meeting, code=code, now=NOW)


@pytest.mark.parametrize(
    ("wanted", "called"),
    [
        ("VILA", "VILA"),
        ("OAKV", "OAKV2"),  # our own
        ("WAHA", "WAHA3"),  # two others already
        ("OPENING", "OPENING2"),  # a system account is called so
        ("H", "X0H"),
        ("7HILLS", "X7HILLS"),
        ("LONGESTCODE1", "LONGESTCODE1"),
    ],
)
def test_every_exchange_has_a_code_of_its_own(
    writer: Writer, wanted: str, called: str
) -> None:
    meet(writer, "WAHA")
    meet(writer, "WAHA2")

    code = free_code(writer, exchanges.load(writer, NOW), wanted)

    assert code == called
    meet(writer, code)  # and the ledger takes it


@pytest.mark.parametrize(
    "text",
    ["WAHA", "waha", "waha.example", "https://waha.example", "https://waha.example/"],
)
def test_a_peer_is_found_by_any_of_its_names(writer: Writer, text: str) -> None:
    meet(writer, "WAHA")

    assert peers.find(writer, text).code == "WAHA"


def test_a_peer_that_is_not_there_is_named(writer: Writer) -> None:
    with refused(Code.UNKNOWN_PEER, field="peer"):
        peers.find(writer, "WAHA")
