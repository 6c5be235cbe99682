"""A quote that is not what was asked for is none, whoever signed it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cesnode.errors import QuoteRefused
from cesnode.services.clearing import quoting
from cesnode.services.clearing.letters import Answer
from cesnode.services.clearing.quoting import Asked, Wish
from cesnode.store import (
    Reader,
    Writer,
    exchanges,
)
from federation.endpoints import QUOTE
from federation.objects import HopQuote
from federation.wire import write
from tests.support.federation import ALWAHA, OAKVALE, VILANOVA, key_of
from tests.support.forger import (
    Json,
    money,
    read_answer,
    signature,
)
from tests.support.hub_stage import SELLER, HubStage, staged_around_a_hub
from tests.support.wire import ask, receive


@pytest.fixture
def stage(settled: Path, tmp_path: Path) -> Iterator[HubStage]:
    with staged_around_a_hub(settled, tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    "change",
    [
        {"dest": money(VILANOVA, 99)},
        {"source": money(VILANOVA, 100)},
        {"arriving": money(OAKVALE, 100)},
        {"payee_node": "other.example"},
        {"payer_node": "other.example"},
        {"expires_at": "2020-01-01T00:00:00Z"},
    ],
    ids=["less arrives", "currency", "hub's currency", "payee", "payer", "too old"],
)
def test_a_quote_for_another_trade_is_no_quote(stage: HubStage, change: Json) -> None:
    asked = stage.oak.read(_asked, stage)
    parcel = ask(stage.oak, ALWAHA.node, QUOTE, body=write(asked.request))
    told = read_answer(receive(stage.waha, parcel.request)).body
    forged = {**told["quote"], **change}
    told |= {"quote": forged, "quote_sig": signature(forged, key_of(ALWAHA), HopQuote)}

    with pytest.raises(QuoteRefused):
        stage.oak.write(_kept, stage, asked, told)


def test_a_quote_somebody_else_signed_is_no_quote(stage: HubStage) -> None:
    asked = stage.oak.read(_asked, stage)
    parcel = ask(stage.oak, ALWAHA.node, QUOTE, body=write(asked.request))
    told = read_answer(receive(stage.waha, parcel.request)).body
    told["quote_sig"] = signature(told["quote"], key_of(VILANOVA), HopQuote)

    with pytest.raises(QuoteRefused):
        stage.oak.write(_kept, stage, asked, told)


def _asked(reader: Reader, stage: HubStage) -> Asked:
    wish = Wish(SELLER, "1", "1.00")
    return quoting.wished(reader, stage.oak.here, wish, now=stage.now)


def _kept(writer: Writer, stage: HubStage, asked: Asked, told: Json) -> None:
    exchange = exchanges.load(writer, stage.now)
    answer = Answer(200, json.dumps(told).encode())
    quoting.keep(writer, stage.oak.here, exchange, asked, answer, stage.now)
