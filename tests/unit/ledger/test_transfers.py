"""A transfer that does not balance cannot exist."""

from __future__ import annotations

import pytest

from cesnode.ledger.transfers import (
    Entry,
    Sale,
    Transfer,
    TransferKind,
    combine,
    move,
    reversal,
)

TRADE = TransferKind.TRADE


@pytest.mark.parametrize(
    "entries",
    [
        (),
        (Entry(1, 5),),
        (Entry(1, 5), Entry(2, -4)),
        (Entry(1, 0), Entry(2, 0)),
        (Entry(1, 5), Entry(2, -5), Entry(3, 0)),
        (Entry(1, 5), Entry(1, -5)),
        (Entry(1, 5), Entry(2, -10), Entry(1, 5)),
    ],
)
def test_a_wrong_transfer_cannot_exist(entries: tuple[Entry, ...]) -> None:
    with pytest.raises(ValueError, match=r"transfer|entries|entry"):
        Transfer(TRADE, entries)


def test_a_sale_with_levies_is_one_transfer() -> None:
    sale = Sale(seller=1, buyer=2, amount=100, community=3, seller_levy=2, buyer_levy=2)

    assert sale.transfer() == Transfer(TRADE, (Entry(1, 98), Entry(2, -102), Entry(3, 4)))


def test_a_sale_without_levies_leaves_the_community_out() -> None:
    sale = Sale(seller=1, buyer=2, amount=100, community=3)

    assert sale.transfer().entries == (Entry(1, 100), Entry(2, -100))


def test_what_the_community_sells_itself_is_added_up() -> None:
    sale = Sale(seller=3, buyer=2, amount=100, community=3, seller_levy=2, buyer_levy=2)

    assert sale.transfer().entries == (Entry(3, 102), Entry(2, -102))


def test_a_levy_as_large_as_the_price_leaves_the_seller_nothing() -> None:
    sale = Sale(seller=1, buyer=2, amount=100, community=3, seller_levy=100)

    assert sale.transfer().entries == (Entry(2, -100), Entry(3, 100))


def test_what_adds_up_to_nothing_is_no_transfer() -> None:
    with pytest.raises(ValueError, match="two accounts"):
        combine(TRADE, (Entry(1, 5), Entry(1, -5)))


def test_a_reversal_undoes_every_entry() -> None:
    sale = Sale(seller=1, buyer=2, amount=100, community=3, seller_levy=2, buyer_levy=2)

    undone = reversal(sale.transfer().entries)

    assert undone.kind is TransferKind.REVERSAL
    assert undone.entries == (Entry(1, -98), Entry(2, 102), Entry(3, -4))


def test_a_move_goes_from_source_to_target() -> None:
    moved = move(TransferKind.DONATION, source=1, target=2, amount=5)

    assert moved.entries == (Entry(1, -5), Entry(2, 5))


@pytest.mark.parametrize(("target", "amount"), [(1, 5), (2, 0)])
def test_a_move_to_itself_or_of_nothing_cannot_exist(target: int, amount: int) -> None:
    with pytest.raises(ValueError, match=r"transfer|entry"):
        move(TransferKind.FEE, source=1, target=target, amount=amount)
