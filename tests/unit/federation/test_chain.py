"""Chains: appended by one, followed by the other, and never two of one place."""

from __future__ import annotations

import pytest

from federation.chain import (
    Booking,
    Edge,
    Head,
    Place,
    after,
    append,
    change,
    entry_hash,
    follow,
    genesis,
    place,
    prove_fork,
)
from federation.keys import PrivateKey
from federation.objects import ChainEntry, Change, EntryKind, Money
from federation.signed import Signed

EDGE = Edge("a.example", "b.example")
START = genesis(EDGE, "p-1")


def write(
    key: PrivateKey, head: Head, amount: int = 5, edge: Edge = EDGE
) -> Signed[ChainEntry]:
    booking = Booking(
        kind=EntryKind.TRADE,
        digest="0" * 64,
        debtor_amount=Change(amount=amount * 5, currency="ACH", scale=2),
        creditor_amount=Change(amount=amount, currency="BTB", scale=2),
        trade_id="019ac3f0-7c1e-7a52-9b1d-4f3b2a1c0d11",
    )
    return append(key, edge, head, booking)


@pytest.fixture
def links(key_b: PrivateKey) -> list[Signed[ChainEntry]]:
    entries = [write(key_b, START)]
    for _ in range(3):
        entries.append(write(key_b, after(entries[-1])))
    return entries


def test_entries_follow_one_another(links: list[Signed[ChainEntry]]) -> None:
    head = follow(links, EDGE, START)

    assert head == Head(4, entry_hash(links[-1]))
    assert [link.value.seq for link in links] == [1, 2, 3, 4]


def test_each_direction_and_each_peering_has_its_own_beginning() -> None:
    starts = {
        genesis(edge, peering)
        for edge in (EDGE, Edge("b.example", "a.example"))
        for peering in ("p-1", "p-2")
    }

    assert len(starts) == 4


def test_a_gap_is_seen_and_filled(links: list[Signed[ChainEntry]]) -> None:
    assert place(links[2], after(links[0]), None) is Place.GAP
    assert follow(links[2:], EDGE, after(links[0])) is None
    assert follow(links[1:], EDGE, after(links[0])) == after(links[3])


def test_a_repeat_is_no_news(links: list[Signed[ChainEntry]]) -> None:
    held = entry_hash(links[1])

    assert place(links[1], after(links[3]), held) is Place.REPEAT


def test_two_entries_of_one_place_are_a_fork(
    links: list[Signed[ChainEntry]], key_b: PrivateKey
) -> None:
    other = write(key_b, after(links[0]), amount=6)

    assert place(other, after(links[3]), entry_hash(links[1])) is Place.FORK
    assert prove_fork(links[1], other)
    assert not prove_fork(links[1], links[1])
    assert not prove_fork(links[1], links[2])
    assert not prove_fork(
        links[0], write(key_b, START, edge=Edge("c.example", "b.example"))
    )


def test_an_entry_upon_another_past_is_a_fork(
    links: list[Signed[ChainEntry]], key_b: PrivateKey
) -> None:
    other = after(write(key_b, after(links[0]), amount=6))

    assert place(write(key_b, other), after(links[1]), None) is Place.FORK


def test_an_entry_of_another_chain_does_not_follow(key_b: PrivateKey) -> None:
    edge = Edge("c.example", "b.example")

    assert follow([write(key_b, START, edge=edge)], EDGE, START) is None


def test_a_trade_adds_what_it_is_worth() -> None:
    money = Money(amount=7, currency="ACH", scale=2)

    assert change(money) == Change(amount=7, currency="ACH", scale=2)
