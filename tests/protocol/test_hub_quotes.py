"""What a hub asks is seen before anybody agrees, and kept to for ten minutes."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from msgspec.structs import replace as changed

from cesnode.errors import (
    QuoteExpired,
    QuoteNeeded,
    UnknownQuote,
)
from cesnode.services.clearing import quoting
from cesnode.services.clearing.quoting import Wish
from cesnode.store import (
    Reader,
    exchanges,
    quotes,
)
from federation.rates import Fee
from tests.support.federation import lets_pass
from tests.support.forger import unmoved
from tests.support.hub_stage import (
    SELLER,
    HubStage,
    staged_around_a_hub,
)
from tests.support.quoting import fetch, quoted
from tests.support.stage import order_for

TEN_MINUTES = 600


@pytest.fixture
def stage(settled: Path, tmp_path: Path) -> Iterator[HubStage]:
    with staged_around_a_hub(settled, tmp_path) as made:
        yield made


def test_the_buyer_sees_both_amounts_the_rate_and_the_fee_first(stage: HubStage) -> None:
    def look(reader: Reader) -> quoting.Asked:
        return quoting.wished(
            reader, stage.oak.here, Wish(SELLER, "1", "1.00"), now=stage.now
        )

    kept = fetch(stage.oak, stage.nodes, stage.oak.read(look))
    view = stage.oak.read(lambda r: quoting.view(r, exchanges.load(r, stage.now), kept))

    assert (view.via, view.received, view.received_currency) == ("WAHA", "1.00", "VILA")
    assert (view.fee, view.fee_currency) == ("0.037", "WAHA")
    assert Fraction(view.rate) == Fraction(view.paid) / Fraction(view.received)
    assert Fraction(view.total) == Fraction(view.paid) + Fraction(view.levy)


def test_without_a_quote_a_hub_sells_nothing(stage: HubStage) -> None:
    with unmoved(stage.oak), pytest.raises(QuoteNeeded):
        stage.enter(stage.oak, order_for(SELLER, "1", "1.00"))


def test_a_quote_is_for_one_amount_and_for_ten_minutes(stage: HubStage) -> None:
    quote = quoted(stage.oak, stage.nodes, SELLER, "1.00")
    order = changed(order_for(SELLER, "1", "2.00"), quote=quote)

    with unmoved(stage.oak), pytest.raises(UnknownQuote):
        stage.enter(stage.oak, order)
    stage.now += TEN_MINUTES
    with unmoved(stage.oak), pytest.raises(QuoteExpired):
        stage.enter(stage.oak, changed(order, amount="1.00"))


def test_a_repeated_order_needs_no_fresh_quote(stage: HubStage) -> None:
    quote = quoted(stage.oak, stage.nodes, SELLER, "1.00")
    order = changed(order_for(SELLER, "1", "1.00"), quote=quote)
    first = stage.enter(stage.oak, order)
    stage.now += TEN_MINUTES

    again = stage.enter(stage.oak, order)

    assert again.id == first.id


def test_a_hub_keeps_to_its_quote_when_its_fee_changes(stage: HubStage) -> None:
    uuid = stage.buys()
    stage.waha.write(lets_pass, stage.oak.name, Fee(Fraction(1, 10)))

    stage.passes()

    assert stage.states(uuid) == ("posted", "posted", "committed")


def test_a_quote_that_is_over_is_refused_at_another_price(stage: HubStage) -> None:
    uuid = stage.buys()
    stage.waha.write(lets_pass, stage.oak.name, Fee(Fraction(1, 10)))
    stage.now += TEN_MINUTES

    stage.passes()

    refused = stage.remote(stage.oak, stage.wire_id(uuid))
    assert refused is not None
    assert (refused.state, refused.reason) == ("voided", "rate-changed")
    assert stage.owes(stage.waha, stage.vila) == 0


def test_old_quotes_are_forgotten(stage: HubStage) -> None:
    quote = quoted(stage.oak, stage.nodes, SELLER, "1.00")
    assert quote is not None
    stage.now += TEN_MINUTES

    for node in (stage.oak, stage.waha):
        node.write(quotes.forget, before=stage.now + 1)

    assert stage.oak.read(quotes.find, quotes.Direction.GOT, quote) is None
    assert stage.waha.read(quotes.find, quotes.Direction.GIVEN, quote) is None
