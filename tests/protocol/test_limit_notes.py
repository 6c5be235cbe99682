"""Limits in the chain: noted by who lends, proven by who owes, and believed only so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from cesnode.services.clearing import chains, noting, tracing
from cesnode.services.clearing.noting import Limit
from cesnode.store import (
    Reader,
    Writer,
    clearing_entries,
    trades,
)
from cesnode.store.auditor import audit
from cesnode.store.database import FILE
from cesnode.store.peerings import Agreed
from federation import canonical, chain
from federation.bodies import ChainQuery
from federation.chain import Booking, Edge
from federation.objects import ChainEntry, Change, EntryKind
from federation.signed import Signed, sign
from federation.terms import Agreement
from tests.support import lending
from tests.support.debtors import kinds
from tests.support.federation import OAKVALE, VILANOVA, key_of
from tests.support.forger import Json, answer_to, shown, unmoved
from tests.support.lending import desk_for
from tests.support.nodes import Node
from tests.support.stage import Stage
from tests.support.talking import talk
from tests.support.wire import hear

EDGE = Edge(OAKVALE.node, VILANOVA.node)
"""Oakvale owes, Vila Nova lends and writes."""


def terms(stage: Stage, lends: int, *, version: int = 1) -> Agreed:
    """Return terms by which Vila Nova lends Oakvale so much, signed by both."""
    peering = stage.vila_at_oak().peering_id
    return lending.terms(VILANOVA, OAKVALE, peering, lends, version=version, now=stage.now)


def notes(stage: Stage, agreed: Agreed) -> bool:
    return lending.notes(stage.vila, OAKVALE.node, agreed)


def told(stage: Stage, node: Node) -> list[tuple[int, int, int]]:
    """Return what a node's copy of the chain tells: place, version, amount."""
    other = VILANOVA if node is stage.oak else OAKVALE

    def look(reader: Reader) -> list[Limit]:
        return list(noting.history(reader, desk_for(reader, node, other.node).peer))

    lines = node.read(look)
    return [(one.seq, one.version, one.credit_line.amount) for one in lines]


def test_what_is_lent_stands_in_the_chain_of_both(stage: Stage) -> None:
    first = notes(stage, terms(stage, 500))
    talk(stage.vila, stage.oak)

    assert first
    assert told(stage, stage.oak) == told(stage, stage.vila) == [(1, 1, 500)]
    for node in (stage.oak, stage.vila):
        found = audit(node.folder / FILE)
        assert found.ok, found.findings


def test_the_chain_alone_tells_which_limit_held_at_a_trade(stage: Stage) -> None:
    notes(stage, terms(stage, 500))
    talk(stage.vila, stage.oak)
    bought = stage.buys()
    talk(stage.vila, stage.oak)
    notes(stage, terms(stage, 300, version=2))
    talk(stage.vila, stage.oak)

    def look(reader: Reader) -> tracing.Trace | None:
        trade = trades.by_uuid(reader, bought)
        assert trade is not None
        return tracing.trace(reader, trade, stage.oak.name)

    traced = stage.oak.read(look)
    assert told(stage, stage.oak) == [(1, 1, 500), (3, 2, 300)]
    assert traced is not None
    (limit,) = traced.limits
    assert (limit.entry, limit.noted, limit.terms_version) == (2, 1, 1)
    assert (limit.credit_line, limit.creditor) == ("5.00", VILANOVA.node)


def test_terms_that_lend_the_same_are_not_noted_again(stage: Stage) -> None:
    notes(stage, terms(stage, 500))

    assert not notes(stage, terms(stage, 500, version=2))
    assert not notes(stage, terms(stage, 500, version=2))
    assert told(stage, stage.vila) == [(1, 1, 500)]


def test_nothing_lent_is_nothing_noted_until_it_is_taken_away(stage: Stage) -> None:
    assert not notes(stage, terms(stage, 0))
    assert notes(stage, terms(stage, 5, version=2))
    assert notes(stage, terms(stage, 0, version=3))


def test_a_note_comes_back_after_an_old_backup(stage: Stage, tmp_path: Path) -> None:
    old = tmp_path / "old"
    stage.vila.back_up(old)
    notes(stage, terms(stage, 500))
    talk(stage.vila, stage.oak)
    page = stage.oak.read(_page, stage)
    stage.vila.restore(old)

    def follow(writer: Writer) -> bool:
        return chains.follow(writer, desk_for(writer, stage.vila, OAKVALE.node), EDGE, page)

    def show(reader: Reader) -> bytes:
        there = desk_for(reader, stage.vila, OAKVALE.node)
        return chains.show(reader, there, EDGE, ChainQuery()).body

    before = told(stage, stage.vila)
    stage.vila.write(follow)

    assert before == []
    assert told(stage, stage.vila) == [(1, 1, 500)]
    assert stage.vila.read(show) == page


def entry(stage: Stage, digest: str) -> Signed[ChainEntry]:
    """Write a note of Vila Nova's, of whatever terms."""
    head = stage.oak.read(clearing_entries.head, EDGE, stage.vila_at_oak())
    nothing = [
        Change(amount=0, currency=one.exchange.currency.code, scale=2)
        for one in (OAKVALE, VILANOVA)
    ]
    booking = Booking(
        kind=EntryKind.LIMIT,
        digest=digest,
        debtor_amount=nothing[0],
        creditor_amount=nothing[1],
    )
    return chain.append(key_of(VILANOVA), EDGE, head, booking)


def shows(stage: Stage, agreed: Agreed, **changes: object) -> set[str]:
    """Let Vila Nova show a note with these terms; return the alarms after it."""
    made = entry(stage, canonical.digest(agreed.content))

    def ask_for_it(writer: Writer) -> None:
        chains.ask(writer, desk_for(writer, stage.oak, VILANOVA.node), EDGE)

    stage.oak.write(ask_for_it)
    parcel = stage.letter(stage.oak, stage.vila)
    link: Json = {
        "entry": json.loads(made.content),
        "entry_sig": shown(made.signature),
        "order": json.loads(agreed.content),
        "order_sig": shown(agreed.signatures[1]),
        **changes,
    }
    link = {name: value for name, value in link.items() if value is not None}
    head = {"seq": made.value.seq, "hash": chain.entry_hash(made)}
    hear(
        parcel,
        answer_to(parcel, stage.vila, 200, {"head": head, "entries": [link]}),
    )
    return kinds(stage.oak)


def _unsigned_by_us(stage: Stage) -> tuple[Agreed, Json]:
    agreed = terms(stage, 500)
    return agreed, {"order_sig": shown(agreed.signatures[0])}


def _without_terms(stage: Stage) -> tuple[Agreed, Json]:
    return terms(stage, 500), {"order": None, "order_sig": None}


def _under_another_name(stage: Stage) -> tuple[Agreed, Json]:
    other = terms(stage, 900)
    return terms(stage, 500), {
        "order": json.loads(other.content),
        "order_sig": shown(other.signatures[1]),
    }


def _by_a_key_we_do_not_have(stage: Stage) -> tuple[Agreed, Json]:
    agreed = terms(stage, 500)
    return agreed, {"order_sig": {**shown(agreed.signatures[1]), "keyid": "x" * 43}}


def _signed_for_other_terms(stage: Stage) -> tuple[Agreed, Json]:
    return terms(stage, 500), {"order_sig": shown(terms(stage, 900).signatures[1])}


LIES: dict[str, Callable[[Stage], tuple[Agreed, Json]]] = {
    "terms we have not signed": _unsigned_by_us,
    "no terms": _without_terms,
    "other terms": _under_another_name,
    "a signature of other terms": _signed_for_other_terms,
    "a key of nobody": _by_a_key_we_do_not_have,
}


@pytest.mark.parametrize("lie", LIES)
def test_a_note_that_is_not_proven_is_not_kept(stage: Stage, lie: str) -> None:
    agreed, changes = LIES[lie](stage)

    with unmoved(stage.oak):
        alarms = shows(stage, agreed, **changes)

    assert alarms == {"chain"}
    assert told(stage, stage.oak) == []


def test_a_note_that_is_proven_is_kept(stage: Stage) -> None:
    alarms = shows(stage, terms(stage, 500))

    assert alarms == set()
    assert told(stage, stage.oak) == [(1, 1, 500)]


def test_a_note_does_not_go_back_to_older_terms(stage: Stage) -> None:
    old, new = terms(stage, 500), terms(stage, 300, version=2)
    shows(stage, new)

    assert shows(stage, old) == {"chain"}
    assert told(stage, stage.oak) == [(1, 2, 300)]


def test_a_note_in_another_currency_is_refused(stage: Stage) -> None:
    agreed = terms(stage, 500)
    value = json.loads(agreed.content)
    value["parties"][1]["credit_line"]["currency"] = "OAKV"
    signed = sign(key_of(OAKVALE), _agreement(value))
    forged = Agreed(signed.content, (signed.signature, signed.signature))

    assert shows(stage, forged) == {"chain"}


def _agreement(value: Json) -> Agreement:
    return msgspec.convert(value, type=Agreement, strict=False)


def _page(reader: Reader, stage: Stage) -> bytes:
    there = desk_for(reader, stage.oak, VILANOVA.node)
    return chains.show(reader, there, EDGE, ChainQuery()).body
