"""A hub between two exchanges that have no agreement: what it books, shows and refuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace as changed

from cesnode.community.roles import OPERATOR
from cesnode.errors import (
    LimitExceeded,
    QuoteNeeded,
    WrongState,
)
from cesnode.services import dealing, foreseeing, views
from cesnode.services.clearing import tracing
from cesnode.store import (
    Reader,
    Writer,
    exchanges,
    outbox,
    peerings,
    peers,
    trades,
)
from federation.peering import State as PeerState
from federation.seal import HIDDEN
from tests.support.exchanges import DAY, HOUR
from tests.support.federation import HUB_FEE
from tests.support.forger import unmoved
from tests.support.hub_stage import (
    ASKED_FIRST,
    SELLER,
    HubStage,
    staged_around_a_hub,
)
from tests.support.nodes import Node
from tests.support.quoting import quoted, quoted_back
from tests.support.stage import order_for

TEN_MINUTES = 600


@pytest.fixture
def stage(settled: Path, tmp_path: Path) -> Iterator[HubStage]:
    with staged_around_a_hub(settled, tmp_path) as made:
        yield made


def test_both_edges_move_against_each_other_and_the_fee_stays(stage: HubStage) -> None:
    uuid = stage.buys("1.00")

    stage.passes()

    onward = -(-100 * 10 * 1000 // 3 // 100)  # One hora, in nakhlas of 10/3 to the hour.
    fee = HUB_FEE.on(onward)
    paid = -(-(onward + fee) * 1000 * 3 // (10 * 1000) // 1)
    assert stage.states(uuid) == ("posted", "posted", "committed")
    assert stage.owes(stage.waha, stage.vila) == onward
    assert stage.owes(stage.waha, stage.oak) == -(onward + fee)
    assert stage.balance(stage.waha, "WAHA0000") == fee
    assert stage.owes(stage.oak, stage.waha) == paid
    assert stage.owes(stage.vila, stage.waha) == -100
    stage.require_sound()


def test_the_hub_reads_neither_words_nor_numbers(stage: HubStage) -> None:
    uuid = stage.buys()
    stage.passes()
    wire_id = stage.wire_id(uuid)

    passed = stage.remote(stage.waha, wire_id)
    sent = [letter.body for letter in stage.waha.read(outbox.about, wire_id)]

    assert passed is not None
    assert passed.order.value.payee == f"{HIDDEN}@{stage.vila.name}"
    for told in (passed.order.content, *sent):
        assert b"vegetables" not in told
        assert b"0001@" not in told


def test_the_seller_reads_who_paid_and_for_what(stage: HubStage) -> None:
    stage.buys()
    stage.passes()

    sale = stage.latest(stage.vila)

    assert (sale.other, sale.description) == ("0001@oakv.example", "a box of vegetables")


def test_a_trace_shows_each_node_its_own_edges(stage: HubStage) -> None:
    stage.buys()
    stage.passes()

    traced = {
        node.name: node.read(tracing.trace, stage.latest(node), node.name)
        for node in stage.nodes.values()
    }

    found = {name: each for name, each in traced.items() if each is not None}
    assert [found[name].role for name in stage.nodes] == ["payer", "hub", "payee"]
    assert {tuple(each.via) for each in found.values()} == {("waha.example",)}
    entries = [
        sum(each.type == "chain-entry" for each in found[name].objects)
        for name in stage.nodes
    ]
    assert entries == [1, 2, 1]


def test_a_trade_of_others_is_shown_as_one_between_two_exchanges(stage: HubStage) -> None:
    stage.buys()
    stage.passes()
    passed = stage.latest(stage.waha)

    def look(reader: Reader) -> views.TradeView:
        return views.trade(reader, exchanges.load(reader, stage.now), passed)

    view = stage.waha.read(look)
    assert (view.seller, view.buyer) == ("WAHA-VILA", "WAHA-OAKV")
    assert view.remote is not None
    assert view.remote.role == "hub"


def test_what_only_passes_here_is_not_ours_to_take_back(stage: HubStage) -> None:
    stage.buys()
    stage.carry(stage.oak, stage.waha)
    name = str(stage.latest(stage.waha).uuid)

    def work(writer: Writer) -> object:
        return dealing.withdraw(writer, stage.waha.key, OPERATOR, name, now=stage.now)

    with pytest.raises(WrongState):
        stage.waha.write(work)


def test_a_cancel_goes_all_the_way_and_the_word_comes_back(stage: HubStage) -> None:
    uuid = stage.buys(seller=ASKED_FIRST)
    stage.passes()
    before = stage.states(uuid)

    def work(writer: Writer) -> object:
        key, now = stage.oak.key, stage.now
        return dealing.withdraw(writer, key, OPERATOR, str(uuid), now=now)

    stage.oak.write(work)
    stage.passes()

    assert before == ("held", "held", "pending")
    assert stage.states(uuid) == ("voided", "voided", "aborted")
    stage.require_sound()


def test_what_lapses_at_the_sellers_is_released_everywhere(stage: HubStage) -> None:
    uuid = stage.buys(seller=ASKED_FIRST)
    stage.passes()
    stage.now += DAY + HOUR

    stage.vila.write(dealing.lapse, stage.vila.key, now=stage.now)
    stage.passes()

    assert stage.states(uuid) == ("voided", "voided", "aborted")


def test_nobody_there_to_be_paid_releases_both_edges(stage: HubStage) -> None:
    uuid = stage.buys(seller=f"0009@{stage.vila.name}")

    stage.passes()

    assert stage.states(uuid) == ("voided", "voided", "aborted")
    stage.require_sound()


def test_a_trade_is_paid_back_through_the_hub(stage: HubStage) -> None:
    stage.buys("1.00")
    stage.passes()
    paid = stage.latest(stage.oak)
    sale = stage.latest(stage.vila)
    quote = quoted_back(stage.vila, stage.nodes, sale.uuid)

    def work(writer: Writer) -> object:
        return dealing.reverse(
            writer,
            stage.vila.key,
            OPERATOR,
            str(sale.uuid),
            reason="not as it was",
            quote=quote,
            now=stage.now,
        )

    stage.vila.write(work)
    stage.passes()

    back = stage.latest(stage.oak)
    assert (back.amount, back.state) == (paid.amount, "posted")
    assert stage.owes(stage.oak, stage.waha) == 0
    assert stage.balance(stage.waha, "WAHA0000") > HUB_FEE.on(300)
    stage.require_sound()


def test_paying_back_through_a_hub_needs_its_price(stage: HubStage) -> None:
    stage.buys()
    stage.passes()
    name = str(stage.latest(stage.vila).uuid)

    def work(writer: Writer) -> object:
        key, now = stage.vila.key, stage.now
        return dealing.reverse(writer, key, OPERATOR, name, reason="sorry", now=now)

    with unmoved(stage.vila), pytest.raises(QuoteNeeded):
        stage.vila.write(work)
    wish = stage.vila.read(foreseeing.refund_wish, OPERATOR, name)
    assert wish is not None
    assert (wish.seller, wish.via) == ("0001@oakv.example", "waha.example")


def closes(writer: Writer, node: str) -> None:
    """Let nothing pass between us and a peer."""
    peer = peers.by_node(writer, node)
    assert peer is not None
    peerings.set_settings(writer, peer.id, peerings.Settings(credit_line=10**6))


def rests(writer: Writer, node: str) -> None:
    peer = peers.by_node(writer, node)
    assert peer is not None
    peers.set_state(writer, peer.id, PeerState.PAUSED)


@pytest.mark.parametrize(
    ("at", "to", "change", "reason"),
    [
        ("waha", "oak", closes, "not-routable"),
        ("waha", "vila", closes, "not-routable"),
        ("waha", "vila", rests, "peer-paused"),
        ("vila", "waha", closes, "not-routable"),
    ],
)
def test_every_edge_has_to_allow_it(
    stage: HubStage,
    at: str,
    to: str,
    change: Callable[[Writer, str], None],
    reason: str,
) -> None:
    uuid = stage.buys()
    node: Node = getattr(stage, at)

    node.write(change, getattr(stage, to).name)
    stage.passes()

    refused = stage.remote(stage.oak, stage.wire_id(uuid))
    assert refused is not None
    assert (refused.state, refused.reason) == ("voided", reason)
    assert stage.owes(stage.vila, stage.waha) == 0


@pytest.mark.parametrize("edge", ["oak", "vila"])
def test_the_limits_of_both_edges_hold(stage: HubStage, edge: str) -> None:
    node: Node = getattr(stage, edge)

    def narrow(writer: Writer) -> None:
        peer = peers.by_node(writer, node.name)
        assert peer is not None
        settings = peerings.Settings(allow_as_hub=True, max_trade=100)
        peerings.set_settings(writer, peer.id, settings)

    uuid = stage.buys()
    stage.waha.write(narrow)

    with unmoved(stage.waha, stage.vila):
        stage.passes()

    refused = stage.remote(stage.oak, stage.wire_id(uuid))
    assert refused is not None
    assert refused.reason == "limit-exceeded"


def test_the_buyers_own_limit_is_looked_at_first(stage: HubStage) -> None:
    with unmoved(stage.oak), pytest.raises(LimitExceeded):
        stage.buys("14.00")


def test_an_order_too_late_for_another_hop_is_refused(stage: HubStage) -> None:
    uuid = stage.buys()
    stage.now += DAY - 59

    stage.passes()

    refused = stage.remote(stage.oak, stage.wire_id(uuid))
    assert refused is not None
    assert refused.reason == "hop-limit"


def test_a_hop_leaves_the_next_less_time(stage: HubStage) -> None:
    uuid = stage.buys()
    stage.carry(stage.oak, stage.waha)

    parcel = stage.letter(stage.waha, stage.vila)

    order = stage.remote(stage.oak, stage.wire_id(uuid))
    assert order is not None
    hop = json.loads(parcel.request.body)["hop"]
    assert hop["expires_at"] < order.order.value.expires_at.isoformat()


def test_an_exchange_beyond_is_known_by_its_code_too(stage: HubStage) -> None:
    quote = quoted(stage.oak, stage.nodes, "VILA0001", "1.00")
    order = changed(order_for("VILA0001", "1", "1.00"), quote=quote)

    trade = stage.enter(stage.oak, order)

    assert trade.other == SELLER
    assert stage.oak.read(trades.by_id, trade.id).state == "held"
