"""A refund pays back one trade, to the unit, to whom and by whom it was paid, and once."""

from __future__ import annotations

import pytest

from federation.errors import Problem
from tests.support.federation import ALWAHA, OAKVALE, VILANOVA, key_of
from tests.support.forger import Json, money, order_of, prepare_of, put, tell, unmoved
from tests.support.stage import Stage, is_refused, sends


def refund(paid: str, **changes: object) -> Json:
    amounts = {"source": money(VILANOVA, 100), "dest": money(OAKVALE, 1000)}
    return {"refund_of": paid, **amounts, **changes}


def test_a_trade_is_paid_back_once(stage: Stage, paid: str) -> None:
    first = sends(stage, **refund(paid))

    with unmoved(stage.oak):
        again = sends(stage, **refund(paid))

    assert first.body["state"] == "COMMITTED"
    assert is_refused(again, Problem.TRADE_CONFLICT)


@pytest.mark.parametrize(
    "changes",
    [
        {"dest": money(OAKVALE, 999)},
        {"source": money(VILANOVA, 99)},
        {"payee": "0002@oakv.example"},
        {"payer": "0002@vila.example"},
    ],
    ids=["less", "for less", "to another", "by another"],
)
def test_a_refund_is_of_what_was_paid(stage: Stage, paid: str, changes: Json) -> None:
    with unmoved(stage.oak):
        told = sends(stage, **refund(paid, **changes))

    assert is_refused(told, Problem.TRADE_CONFLICT)


def test_nobody_pays_back_what_another_was_paid(stage: Stage, paid: str) -> None:
    made = order_of(stage.waha, ALWAHA, OAKVALE, refund_of=paid, dest=money(OAKVALE, 1000))

    with unmoved(stage.oak):
        told = tell(stage.oak, put(stage.waha, stage.oak, prepare_of(made, key_of(ALWAHA))))

    assert is_refused(told, Problem.TRADE_CONFLICT)
