"""Where the exchange only warns, a limit that was passed is told, kept and listed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.ledger.limits import LimitPolicy
from cesnode.services import beyond, ruling, trading, views
from cesnode.services.beyond import LimitWarning
from cesnode.services.ruling import Terms
from cesnode.services.views import TradeView
from cesnode.store import Writer, acts, exchanges
from cesnode.store.auditor import audit
from cesnode.store.database import FILE
from cesnode.store.store import writing
from tests.support.exchanges import NOW, Person, join, order, record_as, set_rules
from tests.support.node import cesnode

BOB_BEYOND = LimitWarning(
    account="OAKV0002", balance="-150.00", limit="-100.00", excess="50.00"
)


@pytest.fixture
def warning(writer: Writer) -> Writer:
    set_rules(writer, limit_policy=LimitPolicy.WARN)
    return writer


def shown(writer: Writer, recorded: trading.Recorded) -> TradeView:
    return views.trade(writer, exchanges.load(writer, NOW), recorded.trade)


def test_a_trade_past_a_limit_says_whose_and_by_how_much(
    warning: Writer, ann: Person, bob: Person
) -> None:
    view = shown(warning, record_as(warning, ann, order(ann, bob, "150")))

    assert view.state == "posted"
    assert view.warnings == [BOB_BEYOND]


def test_both_sides_can_be_past_a_limit(warning: Writer, ann: Person, bob: Person) -> None:
    view = shown(warning, record_as(warning, ann, order(ann, bob, "600")))

    assert [one.account for one in view.warnings] == [ann.number, bob.number]


def test_a_trade_within_the_limits_warns_of_nothing(
    warning: Writer, ann: Person, bob: Person
) -> None:
    view = shown(warning, record_as(warning, ann, order(ann, bob, "100")))

    assert view.warnings == []
    assert acts.about(warning, f"trade:{view.id}") == []


def test_the_same_trade_again_warns_of_the_same_and_keeps_one_act(
    warning: Writer, ann: Person, bob: Person
) -> None:
    wanted = order(ann, bob, "150")
    record_as(warning, ann, wanted)
    view = shown(warning, record_as(warning, ann, wanted))

    (act,) = acts.about(warning, f"trade:{view.id}")
    assert view.warnings == [BOB_BEYOND]
    assert (act.kind, act.actor) == (beyond.KIND, ann.member)
    assert json.loads(act.details) == {
        "account": "OAKV0002",
        "limit": -100_00,
        "reached": -150_00,
    }


def test_a_request_warns_when_it_is_agreed_to(
    warning: Writer, ann: Person, bob: Person
) -> None:
    asked = record_as(warning, ann, order(ann, bob, "150", asking=True))
    assert shown(warning, asked).warnings == []

    trade = trading.accept(warning, OPERATOR, asked.trade.ref, now=NOW)

    view = views.trade(warning, exchanges.load(warning, NOW), trade)
    assert view.warnings == [BOB_BEYOND]


def test_who_is_beyond_a_limit_is_listed_until_they_are_back(
    warning: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    record_as(warning, ann, order(ann, bob, "150"))
    assert beyond.standing(warning, OPERATOR, now=NOW) == [BOB_BEYOND]

    record_as(warning, bob, order(bob, cem, "50"))
    assert beyond.standing(warning, OPERATOR, now=NOW) == []


def test_the_auditor_agrees(founded: Path) -> None:
    with writing(founded) as writer:
        ruling.set_terms(writer, OPERATOR, Terms(limit_policy=LimitPolicy.WARN), now=NOW)
        ann, bob = join(writer, "Ann"), join(writer, "Bob")
        record_as(writer, ann, order(ann, bob, "600"))

    assert [finding.line for finding in audit(founded / FILE).findings] == []


def test_a_command_says_it_too_and_lists_them(founded: Path) -> None:
    with writing(founded) as writer:
        ann, bob = join(writer, "Ann"), join(writer, "Bob")
    data = ("--data", str(founded))
    assert cesnode("exchange", "set", *data, "--limit-policy", "warn").code == 0

    done = cesnode(
        *("trade", "record", "--seller", ann.number, "--buyer", bob.number),
        *("--amount", "150", "--for", "a shed", *data, "--json"),
    )
    listed = cesnode("member", "list", "--beyond-limits", *data, "--json")
    plain = cesnode("member", "list", "--beyond-limits", *data)

    assert done.code == 0
    assert done.json["trade"]["warnings"] == [
        {
            "account": bob.number,
            "balance": "-150.00",
            "limit": "-100.00",
            "excess": "50.00",
        }
    ]
    assert f"account {bob.number} is at -150.00" in done.stderr
    assert [one["account"] for one in listed.json] == [bob.number]
    assert bob.number in plain.stdout
    assert ann.number not in plain.stdout
