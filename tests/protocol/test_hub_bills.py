"""Bills through a hub: asked, carried without being read, paid at its price, declined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.errors import (
    QuoteExpired,
    QuoteNeeded,
    UnknownQuote,
    WrongState,
)
from cesnode.ledger.trades import Trade, TradeState
from cesnode.services import dealing, foreseeing, views
from cesnode.services.clearing import honouring
from cesnode.services.clearing.passing_bills import MOST_A_DAY
from cesnode.services.peering.wishes import settings_of
from cesnode.store import (
    Reader,
    Writer,
    exchanges,
    outbox,
    peerings,
    peers,
    relayed_requests,
    requests,
    trades,
)
from tests.support.exchanges import DAY, acting_as
from tests.support.federation import OAKVALE, people
from tests.support.forger import unmoved
from tests.support.hub_stage import HubStage, staged_around_a_hub
from tests.support.nodes import Node
from tests.support.quoting import quoted
from tests.support.stage import order_for

BUYER = f"0001@{OAKVALE.node}"
PAYS_UNASKED = f"0003@{OAKVALE.node}"
"""A buyer whose rule pays bills of up to 100 leaves."""
TEN_MINUTES = 600


@pytest.fixture
def stage(settled: Path, tmp_path: Path) -> Iterator[HubStage]:
    with staged_around_a_hub(settled, tmp_path) as made:
        yield made


def asks(stage: HubStage, amount: str = "1.00", *, buyer: str = BUYER) -> Trade:
    """Let the first member of Vila Nova ask somebody of Oakvale, and carry that."""
    asked = stage.enter(stage.vila, order_for("1", buyer, amount))
    stage.passes()
    return asked


def price(stage: HubStage, bill: Trade, amount: str = "1.00") -> str | None:
    return quoted(stage.oak, stage.nodes, bill.other or "", amount)


def accepts(stage: HubStage, bill: Trade, quote: str | None) -> Trade:
    def work(writer: Writer) -> Trade:
        actor = acting_as(writer, people(writer)[0])
        key, now = stage.oak.key, stage.now
        return dealing.accept(writer, key, actor, bill.ref, quote=quote, now=now)

    return stage.oak.write(work)


def state(node: Node, trade: Trade) -> TradeState:
    return node.read(trades.by_id, trade.id).state


def test_a_bill_waits_for_its_buyer_and_moves_nothing(stage: HubStage) -> None:
    asked = asks(stage)

    bill = stage.latest(stage.oak)
    wish = stage.oak.read(foreseeing.bill_wish, OPERATOR, bill.ref)
    assert state(stage.vila, asked) == bill.state == "requested"
    assert (bill.other, bill.description) == ("0001@vila.example", "a box of vegetables")
    assert bill.amount == 10_00  # An hour at the rates, and the fee is not known yet.
    assert wish is not None
    assert (wish.seller, wish.amount, wish.via) == (bill.other, "1.00", stage.waha.name)
    assert stage.owes(stage.oak, stage.waha) == stage.owes(stage.vila, stage.waha) == 0
    stage.require_sound()


def test_the_hub_reads_neither_names_nor_words_of_a_bill(stage: HubStage) -> None:
    asked = asks(stage)
    request = stage.vila.read(requests.of_known_trade, asked.id)

    passed = stage.waha.read(outbox.about, request.request_id)

    assert [letter.kind for letter in passed] == ["relayed_request"]
    assert b"vegetables" not in passed[0].body
    assert b"0001@" not in passed[0].body
    assert stage.waha.read(requests.by_id, request.request_id) is None


def test_a_bill_is_paid_at_the_price_of_the_hub(stage: HubStage) -> None:
    asked = asks(stage)
    bill = stage.latest(stage.oak)

    paid = accepts(stage, bill, price(stage, bill))
    stage.passes()

    assert paid.amount > bill.amount
    assert state(stage.oak, bill) == state(stage.vila, asked) == "posted"
    assert stage.oak.read(trades.by_id, bill.id).amount == paid.amount
    assert stage.owes(stage.oak, stage.waha) == paid.amount
    assert stage.owes(stage.vila, stage.waha) == -100
    assert len(stage.vila.read(every_trade)) == 1
    stage.require_sound()


def test_a_bill_is_not_agreed_to_without_its_price(stage: HubStage) -> None:
    asks(stage)
    bill = stage.latest(stage.oak)

    with unmoved(stage.oak), pytest.raises(QuoteNeeded):
        accepts(stage, bill, None)


def test_a_price_of_another_amount_does_not_pay_a_bill(stage: HubStage) -> None:
    asks(stage)
    bill = stage.latest(stage.oak)
    other = price(stage, bill, "0.50")

    with unmoved(stage.oak), pytest.raises(UnknownQuote):
        accepts(stage, bill, other)


def test_an_old_price_does_not_pay_a_bill(stage: HubStage) -> None:
    asks(stage)
    bill = stage.latest(stage.oak)
    old = price(stage, bill)
    stage.now += TEN_MINUTES

    with unmoved(stage.oak), pytest.raises(QuoteExpired):
        accepts(stage, bill, old)


def test_a_bill_whose_time_is_over_is_not_paid(stage: HubStage) -> None:
    asks(stage)
    bill = stage.latest(stage.oak)
    stage.now += 30 * DAY
    late = price(stage, bill)

    with unmoved(stage.oak), pytest.raises(WrongState):
        accepts(stage, bill, late)


def test_a_no_travels_back_to_the_seller(stage: HubStage) -> None:
    asked = asks(stage)
    bill = stage.latest(stage.oak)

    def work(writer: Writer) -> Trade:
        actor = acting_as(writer, people(writer)[0])
        return dealing.decline(writer, stage.oak.key, actor, bill.ref, now=stage.now)

    stage.oak.write(work)
    stage.passes()

    assert state(stage.vila, asked) == "declined"
    stage.require_sound()


def test_a_bill_for_nobody_is_declined(stage: HubStage) -> None:
    asked = asks(stage, buyer=f"0077@{OAKVALE.node}")

    assert state(stage.vila, asked) == "declined"
    assert stage.oak.read(every_trade) == []


def test_a_standing_rule_pays_what_it_covers_with_the_fee(stage: HubStage) -> None:
    asked = asks(stage, buyer=PAYS_UNASKED)
    bill = stage.latest(stage.oak)
    before = stage.oak.read(_told, bill)

    is_paid = _by_rule(stage, bill, price(stage, bill))
    stage.passes()

    assert is_paid
    assert before == []
    assert state(stage.vila, asked) == "posted"
    assert stage.oak.read(_told, bill) == ["held", "done_abroad"]
    assert stage.oak.read(honouring.untried) == []
    stage.require_sound()


@pytest.mark.parametrize("has_price", [True, False])
def test_what_the_fee_takes_past_the_rule_waits_for_the_buyer(
    stage: HubStage, *, has_price: bool
) -> None:
    asks(stage, "10.00", buyer=PAYS_UNASKED)  # A hundred leaves, and the fee.
    bill = stage.latest(stage.oak)

    is_paid = _by_rule(stage, bill, price(stage, bill, "10.00") if has_price else None)

    assert not is_paid
    assert state(stage.oak, bill) == "requested"
    assert stage.oak.read(trades.by_id, bill.id).amount == 100_00
    assert stage.oak.read(_told, bill) == ["asked"]
    assert stage.oak.read(honouring.untried) == []


def test_what_a_rule_does_not_cover_at_the_rate_is_asked_at_once(stage: HubStage) -> None:
    asks(stage, "10.01", buyer=PAYS_UNASKED)

    assert stage.oak.read(_told, stage.latest(stage.oak)) == ["asked"]
    assert stage.oak.read(honouring.untried) == []


@pytest.mark.parametrize("end", ["vila", "oak"])
def test_a_hub_that_is_none_carries_no_bill(stage: HubStage, end: str) -> None:
    _set(stage.waha, getattr(stage, end), allow_as_hub=False)

    asked = asks(stage)

    assert state(stage.vila, asked) == "declined"
    assert stage.oak.read(every_trade) == []


def test_a_hub_that_takes_no_bills_of_a_peer_carries_none(stage: HubStage) -> None:
    _set(stage.waha, stage.vila, allow_requests=False)

    assert state(stage.vila, asks(stage)) == "declined"


@pytest.mark.parametrize("setting", ["allow_requests", "allow_as_hub"])
def test_an_exchange_that_takes_no_bills_from_a_hub_gets_none(
    stage: HubStage, setting: str
) -> None:
    _set(stage.oak, stage.waha, **{setting: False})

    asked = asks(stage)

    assert state(stage.vila, asked) == "declined"
    assert stage.oak.read(every_trade) == []


def test_a_hub_carries_so_many_bills_of_a_peer_and_the_rest_later(stage: HubStage) -> None:
    def fill(writer: Writer) -> None:
        up, down = (peers.by_node(writer, each.name) for each in (stage.vila, stage.oak))
        assert up is not None
        assert down is not None
        for number in range(MOST_A_DAY):
            relayed_requests.insert(
                writer,
                relayed_requests.Passage(
                    request_id=f"{number:036}",
                    upstream=up.id,
                    downstream=down.id,
                    digest="0" * 64,
                    expires_at=stage.now + DAY,
                    passed_at=stage.now,
                    ended_at=None,
                ),
            )

    stage.waha.write(fill)
    stage.enter(stage.vila, order_for("1", BUYER, "1.00"))
    stage.carry(stage.vila, stage.waha)
    nothing_passed = stage.carry(stage.waha, stage.oak)
    stage.now += DAY + 1
    stage.passes()

    assert not nothing_passed
    assert stage.latest(stage.oak).state == "requested"


def test_a_bill_tells_programs_what_is_asked_and_by_which_way(stage: HubStage) -> None:
    asks(stage)
    bill = stage.latest(stage.oak)

    def look(reader: Reader) -> views.TradeView:
        return views.trade(reader, exchanges.load(reader, stage.now), bill)

    told = stage.oak.read(look).remote
    assert told is not None
    assert (told.state, told.via) == ("billed", "WAHA")
    assert (told.received, told.received_currency) == ("1.00", "VILA")


def every_trade(reader: Reader) -> list[Trade]:
    return trades.latest(reader, since="", limit=9)


def _by_rule(stage: HubStage, bill: Trade, quote: str | None) -> bool:
    def work(writer: Writer) -> bool:
        here, now = stage.oak.here, stage.now
        return honouring.try_rule(writer, here, bill.id, quote=quote, now=now)

    return stage.oak.write(work)


def _told(reader: Reader, bill: Trade) -> list[str]:
    rows = reader.all("SELECT kind FROM notices WHERE trade_id = ? ORDER BY id", (bill.id,))
    return [kind for (kind,) in rows]


def _set(node: Node, other: Node, **settings: bool) -> None:
    def work(writer: Writer) -> None:
        peer = peers.by_node(writer, other.name)
        assert peer is not None
        peerings.set_settings(writer, peer.id, replace(settings_of(peer), **settings))

    node.write(work)
