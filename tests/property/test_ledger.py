"""Whatever is moved sums to zero; the chain writes what RFC 8785 writes."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import rfc8785
from hypothesis import assume, given
from hypothesis import strategies as st

from cesnode.ledger import chain
from cesnode.ledger.accounts import number
from cesnode.ledger.levy import Rate
from cesnode.ledger.limits import Growth, Limits, Position, breach
from cesnode.ledger.money import LARGEST
from cesnode.ledger.trades import Channel, parse_reference, reference
from cesnode.ledger.transfers import Entry, Sale, TransferKind, combine, reversal

EXACT = 2**53 - 1
"""As far as RFC 8785 writes whole numbers."""

amounts = st.integers(1, LARGEST)
whole = st.integers(-EXACT, EXACT)
counts = st.integers(0, EXACT)
words = st.text(st.characters(exclude_categories=["Cs"]))
digests = st.binary(min_size=32, max_size=32)
rates = st.builds(
    Rate,
    share=st.integers(0, 1_000_000),
    fixed=st.integers(0, 10_000),
    least=st.integers(0, 10_000),
    most=st.none() | st.integers(0, 10**9),
)
numbers = st.builds(number, st.just("OAKV"), st.integers(0, 99_999_999))
trades = st.none() | st.fixed_dictionaries(
    {
        "amount": amounts,
        "buyer": numbers,
        "buyer_levy": counts,
        "channel": st.sampled_from(Channel),
        "created_at": counts,
        "entered_by": st.none() | counts,
        "event_on": st.dates().map(str),
        "id": st.uuids().map(str),
        "on_behalf_of": st.none() | counts,
        "other": st.none() | words,
        "seller": numbers,
        "seller_levy": counts,
    }
)
transfer_records = st.builds(
    chain.transfer_record,
    seq=counts,
    kind=st.sampled_from(TransferKind),
    recorded_at=counts,
    entries=st.lists(st.tuples(numbers, whole, whole), min_size=2, max_size=4),
    text=st.none() | digests,
    trade=trades,
    reverses=st.none() | counts,
)
act_records = st.builds(
    chain.act_record,
    seq=counts,
    at=counts,
    actor=st.none() | counts,
    kind=words,
    subject=words,
    details=st.dictionaries(
        st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1), st.none() | whole | words
    ),
    after=counts,
    note=st.none() | digests,
)
foundings = st.builds(
    chain.Founding,
    code=st.just("OAKV"),
    scale=st.integers(0, 4),
    measure=st.sampled_from(["mutual", "time", "gift"]),
    founded_at=counts,
)


@given(digests, transfer_records | act_records)
def test_a_link_is_the_hash_of_rfc_8785(previous: bytes, record: chain.Canonical) -> None:
    canonical = rfc8785.dumps(plain(record))

    assert chain.link(previous, record) == hashlib.sha256(previous + canonical).digest()


@given(foundings, st.sampled_from([chain.LEDGER, chain.ACTS]))
def test_a_genesis_is_the_hash_of_rfc_8785(founding: chain.Founding, of: bytes) -> None:
    facts: dict[str, str | int] = {
        "code": founding.code,
        "founded_at": founding.founded_at,
        "measure": founding.measure,
        "scale": founding.scale,
    }

    assert founding.genesis(of) == hashlib.sha256(of + rfc8785.dumps(plain(facts))).digest()


def test_the_two_chains_begin_apart() -> None:
    founding = chain.Founding(code="OAKV", scale=2, measure="mutual", founded_at=1)

    assert founding.genesis(chain.LEDGER) != founding.genesis(chain.ACTS)


@given(st.permutations([("OAKV0001", 1, 1), ("OAKV0002", -1, -1), ("OAKV0003", 2, 2)]))
def test_the_order_of_entries_does_not_change_the_hash(
    entries: list[tuple[str, int, int]],
) -> None:
    written = [
        chain.transfer_record(seq=1, kind="trade", recorded_at=1, entries=order)
        for order in (entries, sorted(entries))
    ]

    assert chain.link(b"", written[0]) == chain.link(b"", written[1])


@pytest.mark.parametrize(
    "field", ["seq", "kind", "recorded_at", "text", "trade", "reverses"]
)
def test_every_field_changes_the_hash(field: str) -> None:
    record = chain.transfer_record(
        seq=1, kind="trade", recorded_at=1, entries=[("OAKV0001", 1, 1)]
    )

    assert chain.link(b"", record) != chain.link(b"", {**record, field: "other"})


@given(st.binary(min_size=16, max_size=16), words, words)
def test_the_digest_of_a_text_needs_its_salt(salt: bytes, text: str, other: str) -> None:
    assume(text != other)

    assert chain.text_digest(salt, text) != chain.text_digest(salt, other)
    assert chain.text_digest(salt, text) != chain.text_digest(bytes(16 * [0xFF]), text) or (
        salt == bytes(16 * [0xFF])
    )


@given(amounts, rates, rates, st.permutations([1, 2, 3]))
def test_a_sale_sums_to_zero_and_a_reversal_undoes_it(
    amount: int, of_seller: Rate, of_buyer: Rate, people: list[int]
) -> None:
    seller, buyer, community = people
    transfer = Sale(
        seller=seller,
        buyer=buyer,
        amount=amount,
        community=community,
        seller_levy=of_seller.on(amount),
        buyer_levy=of_buyer.on(amount),
    ).transfer()

    assert sum(entry.amount for entry in transfer.entries) == 0
    assert reversal(reversal(transfer.entries).entries).entries == transfer.entries


@given(st.lists(st.builds(Entry, st.integers(1, 4), whole), max_size=8))
def test_what_can_be_combined_sums_to_zero(entries: list[Entry]) -> None:
    try:
        transfer = combine(TransferKind.TRADE, entries)
    except ValueError:
        return

    assert sum(entry.amount for entry in transfer.entries) == 0
    assert len({entry.account for entry in transfer.entries}) == len(transfer.entries) >= 2


@given(amounts, rates)
def test_a_levy_is_within_half_a_unit_of_its_share(amount: int, rate: Rate) -> None:
    bare = Rate(share=rate.share)

    assert abs(bare.on(amount) * 1_000_000 - amount * rate.share) <= 500_000
    assert rate.on(amount) >= 0
    assert rate.most is None or rate.on(amount) <= rate.most


limits = st.builds(
    Limits, st.none() | st.integers(-LARGEST, 0), st.none() | st.integers(0, LARGEST)
)
positions = st.builds(Position, whole, counts, counts)


@given(positions, whole, limits)
def test_only_what_leads_further_out_is_a_breach(
    position: Position, change: int, band: Limits
) -> None:
    passed = breach(position, change, band)

    if passed is not None:
        assert (change < 0) == (
            passed.limit == band.floor and passed.reached < passed.limit
        )
        assert passed.excess > 0
        assert change != 0
    elif change < 0 and band.floor is not None:
        assert position.available + change >= band.floor
    elif change > 0 and band.ceiling is not None:
        assert position.balance + position.held_in + change <= band.ceiling


@given(
    limits,
    st.builds(Growth, st.integers(0, 1_000_000), st.integers(0, LARGEST)),
    counts,
    counts,
)
def test_more_sales_never_mean_less_trust(
    band: Limits, growth: Growth, fewer: int, more: int
) -> None:
    less, most = sorted((fewer, more))
    narrow, wide = growth.widen(band, sales=less), growth.widen(band, sales=most)

    assert narrow.ceiling == wide.ceiling == band.ceiling
    if band.floor is not None and narrow.floor is not None and wide.floor is not None:
        assert wide.floor <= narrow.floor <= band.floor
        assert band.floor - wide.floor <= growth.cap


@given(st.integers(1, 2**50))
def test_a_reference_leads_back_to_its_trade(serial: int) -> None:
    assert parse_reference(reference(serial)) == serial


def plain(value: object) -> Any:  # noqa: ANN401 - as its library types JSON
    """Return what JSON has: RFC 8785's own library knows no tuples or enumerations."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, str) else value
