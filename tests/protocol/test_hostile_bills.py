"""Bills move nothing; an order that names one pays just that, and once."""

from __future__ import annotations

import json

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.errors import AccountLocked, WrongState
from cesnode.ledger.trades import TradeState
from cesnode.services import dealing, trading
from cesnode.services.clearing.billed import MOST_UNANSWERED
from cesnode.services.identifiers import uuid7
from cesnode.services.membership import locking
from cesnode.store import Reader, Writer, peerings, requests, trades
from cesnode.store.peerings import Settings
from cesnode.store.requests import Request
from federation.endpoints import TRADE_REQUEST
from federation.errors import Problem
from tests.support.exchanges import DAY, NOW
from tests.support.federation import ALWAHA, OAKVALE, VILANOVA
from tests.support.forger import WORDS, Json, Told, hour, money, tell, unmoved
from tests.support.nodes import Node
from tests.support.stage import Stage, is_refused, order_for, paying, sends
from tests.support.wire import ask, hear, receive

LATER = "2030-01-01T00:00:00Z"


def bill(**changes: object) -> Json:
    """Ask a member of Oakvale for an hour's worth, for one of Vila Nova."""
    return {
        "request_id": str(uuid7()),
        "payer": "0001@oakv.example",
        "payee": "0001@vila.example",
        "dest": money(VILANOVA, hour(VILANOVA)),
        "description": WORDS,
        "expires_at": LATER,
        **changes,
    }


def asks(stage: Stage, body: Json, asker: Node | None = None) -> Told:
    sender = asker or stage.vila
    document = json.dumps(body).encode()
    return tell(stage.oak, ask(sender, stage.oak.name, TRADE_REQUEST, body=document))


LIES: dict[str, tuple[Problem, Json]] = {
    "nobody": (Problem.PAYEE_UNAVAILABLE, bill(payer="0077@oakv.example")),
    "a clearing account": (Problem.PAYEE_UNAVAILABLE, bill(payer="-WAHA@oakv.example")),
    "for another's member": (Problem.NOT_ROUTABLE, bill(payee="0001@waha.example")),
    "for ours": (Problem.NOT_ROUTABLE, bill(payee="0002@oakv.example")),
    "in our currency": (Problem.AMOUNT_INVALID, bill(dest=money(OAKVALE, 1000))),
    "in another scale": (
        Problem.AMOUNT_INVALID,
        bill(dest={**money(VILANOVA, 100), "scale": 0}),
    ),
    "over": (Problem.EXPIRED, bill(expires_at="2020-01-01T00:00:00Z")),
    "without words": (Problem.SCHEMA_INVALID, bill(description=" ")),
    "with words nobody sees": (Problem.SCHEMA_INVALID, bill(description="a\u2028b")),
    "with more than there is": (Problem.SCHEMA_INVALID, bill(tip=1)),
    "of nothing": (Problem.SCHEMA_INVALID, bill(dest=money(VILANOVA, 0))),
    "of too much to count": (
        Problem.AMOUNT_INVALID,
        bill(dest=money(VILANOVA, 2**53 - 1)),
    ),
}


@pytest.mark.parametrize("name", LIES)
def test_a_bill_that_is_not_right_is_not_taken(stage: Stage, name: str) -> None:
    problem, body = LIES[name]

    with unmoved(stage.oak):
        told = asks(stage, body)

    assert told.problem is problem
    assert stage.oak.read(_bills) == []


def test_a_bill_waits_for_its_buyer_and_moves_nothing(stage: Stage) -> None:
    with unmoved(stage.oak):
        told = asks(stage, bill())
        stage.now += 10 * DAY
        stage.oak.write(trading.tend, now=stage.now)  # Silence agrees at home after 3.

    assert told.status == 202
    assert stage.oak.read(_bills) == ["requested"]


def test_a_standing_rule_pays_up_to_what_it_says(stage: Stage) -> None:
    asks(stage, bill(payer="0003@oakv.example", dest=money(VILANOVA, 10_00)))
    asks(stage, bill(payer="0003@oakv.example", dest=money(VILANOVA, 10_01)))

    assert stage.oak.read(_bills) == ["held", "requested"]


def test_bills_are_not_taken_where_they_are_not_allowed(stage: Stage) -> None:
    settings = Settings(credit_line=OAKVALE.lends, allow_requests=False)
    stage.oak.write(peerings.set_settings, stage.vila_at_oak().id, settings)

    assert asks(stage, bill()).problem is Problem.PAYEE_UNAVAILABLE


def test_a_member_is_not_buried_in_bills(stage: Stage) -> None:
    for _ in range(MOST_UNANSWERED):
        asks(stage, bill())

    told = asks(stage, bill())
    other = asks(stage, bill(payer="0002@oakv.example"))

    assert told.problem is Problem.RATE_LIMITED
    assert other.status == 202
    assert len(stage.oak.read(_bills)) == MOST_UNANSWERED + 1


def test_the_same_bill_again_changes_nothing(stage: Stage) -> None:
    first = bill()
    asks(stage, first)

    assert asks(stage, first).status == 202
    assert stage.oak.read(_bills) == ["requested"]


@pytest.mark.parametrize(
    "changes", [{"dest": money(VILANOVA, 101)}, {"payee": "0002@vila.example"}]
)
def test_another_bill_under_the_same_id_is_a_conflict(stage: Stage, changes: Json) -> None:
    first = bill()
    asks(stage, first)

    assert asks(stage, {**first, **changes}).problem is Problem.TRADE_CONFLICT


def test_a_bill_of_another_exchange_is_not_theirs(stage: Stage) -> None:
    first = bill()
    asks(stage, first)
    stolen = {**first, "payee": "0001@waha.example", "dest": money(ALWAHA, 1000)}

    assert asks(stage, stolen, asker=stage.waha).problem is Problem.TRADE_CONFLICT


def test_a_locked_member_does_not_pay_a_bill(stage: Stage) -> None:
    asks(stage, bill())
    stage.oak.write(locking.lock, OPERATOR, "OAKV0001", reason="a talk first", now=NOW)

    with unmoved(stage.oak), pytest.raises(AccountLocked):
        stage.oak.write(_accept, stage.oak)


def test_nobody_pays_a_bill_of_their_own_side(stage: Stage) -> None:
    """An admin may stand in for many, but not for the buyer of another exchange."""
    _sends_a_bill(stage)

    with unmoved(stage.oak), pytest.raises(WrongState):
        stage.oak.write(_accept, stage.oak)


@pytest.fixture
def sent(stage: Stage) -> Request:
    """A bill by which Oakvale's 0001 asks Vila Nova's 0001 for an hour's worth."""
    return _sends_a_bill(stage)


def test_a_bill_is_paid_once(stage: Stage, sent: Request) -> None:
    first = sends(stage, request_id=sent.request_id)

    with unmoved(stage.oak):
        again = sends(stage, request_id=sent.request_id)

    assert first.body["state"] == "COMMITTED"
    assert is_refused(again, Problem.TRADE_CONFLICT)


@pytest.mark.parametrize(
    "changes",
    [paying(0.5), {"payee": "0002@oakv.example"}, {"payer": "0002@vila.example"}],
    ids=["less", "to another", "by another"],
)
def test_a_bill_is_paid_as_it_was_asked(stage: Stage, sent: Request, changes: Json) -> None:
    with unmoved(stage.oak):
        told = sends(stage, request_id=sent.request_id, **changes)

    assert is_refused(told, Problem.TRADE_CONFLICT)


def test_a_bill_that_was_taken_back_is_not_paid(stage: Stage, sent: Request) -> None:
    stage.oak.write(_withdraw, stage.oak, sent.trade)

    with unmoved(stage.oak):
        told = sends(stage, request_id=sent.request_id)

    assert is_refused(told, Problem.TRADE_CONFLICT)


def test_whoever_is_asked_first_is_not_asked_about_a_bill_of_their_own(
    stage: Stage,
) -> None:
    sent = _sends_a_bill(stage, serial=3)

    told = sends(stage, request_id=sent.request_id, payee="0003@oakv.example")

    assert told.body["state"] == "COMMITTED"


def test_a_bill_that_is_refused_is_declined(stage: Stage) -> None:
    order = order_for("0001", "0077@vila.example", "10")
    trade = stage.enter(stage.oak, 1, order)
    parcel = stage.letter(stage.oak, stage.vila)

    hear(parcel, receive(stage.vila, parcel.request))

    assert stage.oak.read(trades.by_id, trade.id).state is TradeState.DECLINED


def _sends_a_bill(stage: Stage, serial: int = 1) -> Request:
    order = order_for(f"{serial}", "0001@vila.example", "10.00")
    trade = stage.enter(stage.oak, serial, order)
    return stage.oak.read(requests.of_known_trade, trade.id)


def _accept(writer: Writer, node: Node) -> None:
    (name,) = writer.one("SELECT lower(hex(uuid)) FROM trades ORDER BY id DESC LIMIT 1")
    dealing.accept(writer, node.key, OPERATOR, name, now=node.now)


def _withdraw(writer: Writer, node: Node, trade: int) -> None:
    name = str(trades.by_id(writer, trade).uuid)
    dealing.withdraw(writer, node.key, OPERATOR, name, now=node.now)


def _bills(reader: Reader) -> list[str]:
    """Return the states of the trades that bills have led to."""
    rows = reader.all(
        "SELECT t.state FROM requests AS r JOIN trades AS t ON t.id = r.trade_id"
        " ORDER BY t.id"
    )
    return [state for (state,) in rows]
