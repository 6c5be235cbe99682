"""Pages of a chain as a peer may show them: what does not follow, or is not proven, or
counts otherwise than agreed, is not booked, and somebody is called."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import UUID

import pytest

from cesnode.store import Reader, accounts, alarms, clearing_entries, peers
from federation.chain import Edge, Head, after
from federation.endpoints import CHAIN
from federation.errors import Problem
from federation.keys import PrivateKey
from federation.objects import Change, TradeOrder
from federation.peering import State as Peering
from federation.signed import Signed
from federation.trade import State
from tests.support.federation import ALWAHA, OAKVALE, VILANOVA, key_of
from tests.support.forger import (
    Json,
    adjustment,
    answer_to,
    decision,
    entry_for,
    hour,
    money,
    shown,
    signature,
    tell,
    unmoved,
)
from tests.support.stage import Stage
from tests.support.wire import ask, hear

KEY = key_of(VILANOVA)
EDGE = Edge(OAKVALE.node, VILANOVA.node)
OTHER = "0" * 64


@pytest.fixture
def uuid(stage: Stage) -> UUID:
    """A trade that Oakvale holds, decided by an entry that it has not seen."""
    uuid = stage.buys(1, "1.00")
    parcel = stage.letter(stage.oak, stage.vila)
    told = decision(stage.remote(stage.oak, uuid).order, KEY, start(stage))
    del told["entry"], told["entry_sig"]
    hear(parcel, answer_to(parcel, stage.vila, 201, told))
    return uuid


def start(stage: Stage) -> Head:
    return stage.oak.read(clearing_entries.head, EDGE, stage.vila_at_oak())


def link(
    order: Signed[TradeOrder], head: Head, key: PrivateKey = KEY, **entry: object
) -> Json:
    """Write a link of the chain as it should be, but for what is given of its entry."""
    told = decision(order, key, head, entry=entry)
    shown_order = json.loads(order.content)
    return {
        **{name: told[name] for name in ("entry", "entry_sig", "receipt", "receipt_sig")},
        "order": shown_order,
        "order_sig": shown(order.signature),
    }


def page(*links: Json, seq: int | None = None) -> Json:
    head = {"seq": len(links) if seq is None else seq, "hash": OTHER}
    return {"head": head, "entries": list(links)}


def shows(stage: Stage, body: Json | bytes) -> None:
    """Let Vila Nova answer with a page when Oakvale asks for the chain."""
    parcel = stage.letter(stage.oak, stage.vila)
    assert parcel.about.startswith("chain")
    hear(parcel, answer_to(parcel, stage.vila, 200, body))


def raised(stage: Stage) -> set[str]:
    return {alarm.kind for alarm in stage.oak.read(alarms.standing)}


def test_a_page_posts_what_it_proves(stage: Stage, uuid: UUID) -> None:
    remote = stage.remote(stage.oak, uuid)

    shows(stage, page(link(remote.order, start(stage))))

    assert stage.remote(stage.oak, uuid).state is State.POSTED
    assert not raised(stage)


Lie = Callable[[Stage, Signed[TradeOrder]], Json | bytes]


def _linked(**entry: object) -> Lie:
    return lambda stage, order: page(link(order, start(stage), KEY, **entry))


def _without(*names: str) -> Lie:
    def lie(stage: Stage, order: Signed[TradeOrder]) -> Json:
        whole = link(order, start(stage))
        return page({name: part for name, part in whole.items() if name not in names})

    return lie


def _order_by_the_liar(stage: Stage, order: Signed[TradeOrder]) -> Json:
    """Show an order that Oakvale never signed."""
    whole = link(order, start(stage))
    forged = {**whole["order"], "source": money(OAKVALE, 2000)}
    return page({**whole, "order": forged, "order_sig": signature(forged, KEY, TradeOrder)})


def _of_another_pair(stage: Stage, order: Signed[TradeOrder]) -> Json:
    """Show an entry by which somebody else owes."""
    return page(link(order, start(stage), debtor=ALWAHA.node))


def _anothers_receipt(stage: Stage, order: Signed[TradeOrder]) -> Json:
    other = stage.remote(stage.oak, stage.buys(2, "2.00")).order
    whole, strange = link(order, start(stage)), link(other, start(stage))
    names = ("receipt", "receipt_sig")
    return page({**whole, **{name: strange[name] for name in names}})


def _written_off(**amounts: Change) -> Lie:
    def lie(stage: Stage, _: Signed[TradeOrder]) -> Json:
        entry = adjustment(KEY, OAKVALE, VILANOVA, start(stage), **amounts)
        return page(
            {"entry": json.loads(entry.content), "entry_sig": shown(entry.signature)}
        )

    return lie


DOES_NOT_LEAD_ON: dict[str, Lie] = {
    "not JSON": lambda *_: b"<html></html>",
    "no page": lambda *_: {"state": "COMMITTED"},
    "nothing, and a head": lambda *_: page(seq=7),
    "a gap": _linked(seq=2),
    "an entry of more": _linked(debtor_amount=money(OAKVALE, 1001)),
    "an entry of less for them": _linked(creditor_amount=money(VILANOVA, 99)),
    "an entry of another trade": _linked(trade_id="01a202bb-16cc-77ca-a06a-8328e4e20d74"),
    "an entry of another order": _linked(order_digest=OTHER),
    "an entry of another pair": _of_another_pair,
    "an entry signed by a stranger": lambda stage, order: page(
        link(order, start(stage), PrivateKey(bytes(range(32))))
    ),
    "an entry of a kind nobody knows": _linked(kind="gift"),
    "an entry with more than there is": _linked(tip=1),
    "a link without its order": _without("order", "order_sig"),
    "a link without its receipt": _without("receipt", "receipt_sig"),
    "a link with another's receipt": _anothers_receipt,
    "an order nobody signed": _order_by_the_liar,
    "a debt forgiven in another currency": _written_off(
        debtor=Change(amount=-1, currency="XXXX", scale=2)
    ),
    "a debt forgiven in another scale": _written_off(
        creditor=Change(amount=-1, currency="VILA", scale=0)
    ),
}


@pytest.mark.parametrize("name", DOES_NOT_LEAD_ON)
def test_a_page_that_does_not_lead_on_is_not_booked(
    stage: Stage, uuid: UUID, name: str
) -> None:
    body = DOES_NOT_LEAD_ON[name](stage, stage.remote(stage.oak, uuid).order)

    with unmoved(stage.oak):
        shows(stage, body)

    assert stage.remote(stage.oak, uuid).state is State.HELD
    assert raised(stage) == {"chain"}


def test_a_page_of_two_minds_is_not_booked_at_all(stage: Stage, uuid: UUID) -> None:
    """The first link is good, the second is not: neither is booked."""
    order = stage.remote(stage.oak, uuid).order
    good = link(order, start(stage))
    following = after(entry_for(order, KEY, start(stage)))

    with unmoved(stage.oak):
        shows(stage, page(good, link(order, following, order_digest=OTHER)))

    assert raised(stage) == {"chain"}


@pytest.mark.parametrize("changes", [{"prev": OTHER}, {"prev": OTHER, "seq": 1}])
def test_a_page_of_another_history_freezes_the_peering(
    stage: Stage, uuid: UUID, changes: Json
) -> None:
    order = stage.remote(stage.oak, uuid).order

    with unmoved(stage.oak):
        shows(stage, page(link(order, start(stage), KEY, **changes)))

    assert stage.vila_at_oak().state is Peering.FROZEN
    assert raised(stage) == {"fork"}


def test_a_page_that_books_a_trade_twice_freezes_the_peering(
    stage: Stage, uuid: UUID
) -> None:
    order = stage.remote(stage.oak, uuid).order
    following = after(entry_for(order, KEY, start(stage)))

    shows(stage, page(link(order, start(stage)), link(order, following)))

    assert stage.vila_at_oak().state is Peering.FROZEN
    assert stage.oak.read(_owed, stage) == 1000


def test_what_a_creditor_forgives_goes_to_the_community(stage: Stage, uuid: UUID) -> None:
    order = stage.remote(stage.oak, uuid).order
    following = after(entry_for(order, KEY, start(stage)))
    entry = adjustment(KEY, OAKVALE, VILANOVA, following)
    forgiven = {"entry": json.loads(entry.content), "entry_sig": shown(entry.signature)}

    shows(stage, page(link(order, start(stage)), forgiven))

    assert stage.oak.read(_owed, stage) == 1000 - hour(OAKVALE)
    assert stage.oak.read(_community) == 10 + hour(OAKVALE)  # The levy was there before.
    assert not raised(stage)


def test_a_chain_is_shown_to_its_two_nodes_alone(stage: Stage) -> None:
    parameters = {"debtor": OAKVALE.node, "creditor": VILANOVA.node}
    parcel = ask(stage.waha, OAKVALE.node, CHAIN, parameters=parameters, query="after=0")

    assert tell(stage.oak, parcel).problem is Problem.NOT_FOUND


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "limit=0", "limit=201", "since=1", "after=1&after=2"]
)
def test_a_question_about_a_chain_has_its_form(stage: Stage, query: str) -> None:
    parameters = {"debtor": OAKVALE.node, "creditor": VILANOVA.node}
    parcel = ask(stage.vila, OAKVALE.node, CHAIN, parameters=parameters, query=query)

    assert tell(stage.oak, parcel).problem is Problem.SCHEMA_INVALID


def _owed(reader: Reader, stage: Stage) -> int:
    peer = peers.by_node(reader, stage.vila.name)
    assert peer is not None
    return accounts.by_id(reader, peer.clearing).position.balance


def _community(reader: Reader) -> int:
    return accounts.by_number(reader, "OAKV0000").position.balance
