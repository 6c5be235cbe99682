"""Settlements that nobody agreed to, or twice: none of them moves anything."""

from __future__ import annotations

import json
from collections.abc import Callable

import msgspec
import pytest

from cesnode.services.clearing import chains
from cesnode.services.clearing.here import Desk
from cesnode.store import (
    Writer,
    clearing_entries,
    exchanges,
    settlements,
)
from federation import chain, objects
from federation.chain import Booking, Edge
from federation.endpoints import SETTLEMENT
from federation.errors import Problem
from federation.objects import EntryKind
from federation.signed import Signed, sign
from tests.support.debtors import (
    agree,
    indebted,
    kinds,
    propose,
)
from tests.support.federation import ALWAHA, OAKVALE, VILANOVA, key_of
from tests.support.forger import Json, answer_to, shown, tell, unmoved
from tests.support.stage import Stage
from tests.support.talking import talk
from tests.support.wire import ask, hear


@pytest.fixture
def owing(stage: Stage) -> Stage:
    return indebted(stage)


def _entry(
    stage: Stage, word: Signed[objects.Settlement], digest: str | None = None
) -> Signed[objects.ChainEntry]:
    """Write the entry of a settlement as Vila Nova would, if it were agreed."""
    edge = Edge(OAKVALE.node, VILANOVA.node)
    head = stage.oak.read(clearing_entries.head, edge, stage.vila_at_oak())
    booking = Booking(
        kind=EntryKind.SETTLEMENT,
        digest=digest or word.digest,
        debtor_amount=chain.relief(word.value.debtor_amount),
        creditor_amount=chain.relief(word.value.creditor_amount),
    )
    return chain.append(key_of(VILANOVA), edge, head, booking)


def shows(stage: Stage, entry: Signed[objects.ChainEntry], **link: object) -> set[str]:
    """Let Vila Nova show its chain with one more entry; return the alarms after it."""
    oak, edge = stage.oak, Edge(OAKVALE.node, VILANOVA.node)

    def ask_for_it(writer: Writer) -> None:
        exchange = exchanges.load(writer, oak.now)
        desk = Desk(oak.here, exchange, stage.vila_at_oak(), oak.now)
        chains.ask(writer, desk, edge)

    oak.write(ask_for_it)
    parcel = stage.letter(stage.oak, stage.vila)
    head = {"seq": entry.value.seq, "hash": chain.entry_hash(entry)}
    whole = {"entry": json.loads(entry.content), "entry_sig": shown(entry.signature)}
    page = {"head": head, "entries": [{**whole, **link}]}
    hear(parcel, answer_to(parcel, stage.vila, 200, page))
    return kinds(oak)


def with_word(word: Signed[objects.Settlement]) -> Json:
    return {"order": json.loads(word.content), "order_sig": shown(word.signature)}


def word_of(stage: Stage, **changes: object) -> Signed[objects.Settlement]:
    """Write a settlement that Oakvale never proposed, signed by Vila Nova."""
    proposed = propose(stage, "1").word.value
    return sign(key_of(VILANOVA), msgspec.structs.replace(proposed, **changes))


def test_a_creditor_books_no_settlement_that_the_debtor_has_not_signed(
    owing: Stage,
) -> None:
    word = word_of(owing)
    talk(owing.oak, owing.vila)

    with unmoved(owing.oak):
        assert shows(owing, _entry(owing, word), **with_word(word)) == {"chain"}


def test_a_creditor_books_no_settlement_without_showing_it(owing: Stage) -> None:
    word = propose(owing).word
    talk(owing.oak, owing.vila)

    with unmoved(owing.oak):
        assert shows(owing, _entry(owing, word)) == {"chain"}


def test_a_creditor_does_not_book_one_settlement_under_the_name_of_another(
    owing: Stage,
) -> None:
    small, large = propose(owing, "1").word, propose(owing, "20").word
    talk(owing.oak, owing.vila)

    with unmoved(owing.oak):
        entry = _entry(owing, large, digest=small.digest)
        assert shows(owing, entry, **with_word(small)) == {"chain"}


def test_a_creditor_books_a_settlement_once(owing: Stage) -> None:
    settlement = propose(owing)
    talk(owing.oak, owing.vila)
    agree(owing, settlement)
    talk(owing.oak, owing.vila)

    with unmoved(owing.oak):
        again = _entry(owing, settlement.word)
        assert shows(owing, again, **with_word(settlement.word)) == {"chain"}


LIES: dict[str, Callable[[Stage], Signed[objects.Settlement]]] = {
    "signed by somebody else": word_of,
    "of another debtor": lambda stage: sign(
        stage.oak.key,
        msgspec.structs.replace(propose(stage).word.value, debtor=ALWAHA.node),
    ),
    "for another creditor": lambda stage: sign(
        stage.oak.key,
        msgspec.structs.replace(propose(stage).word.value, creditor=ALWAHA.node),
    ),
    "in another currency": lambda stage: sign(
        stage.oak.key,
        msgspec.structs.replace(
            propose(stage).word.value,
            creditor_amount=objects.Money(amount=1, currency="XXXX", scale=2),
        ),
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_false_notice_is_refused_and_forgotten(owing: Stage, lie: str) -> None:
    word = LIES[lie](owing)
    body = {"settlement": json.loads(word.content), "settlement_sig": shown(word.signature)}
    document = json.dumps(body).encode()

    told = tell(owing.vila, ask(owing.oak, VILANOVA.node, SETTLEMENT, body=document))

    assert told.problem in {Problem.SIGNATURE_INVALID, Problem.SCHEMA_INVALID}
    assert owing.vila.read(settlements.every) == []


def test_an_id_is_not_used_for_two_settlements(owing: Stage) -> None:
    settlement = propose(owing)
    talk(owing.oak, owing.vila)
    other = sign(
        owing.oak.key, msgspec.structs.replace(settlement.word.value, what="nothing")
    )
    body = {
        "settlement": json.loads(other.content),
        "settlement_sig": shown(other.signature),
    }
    document = json.dumps(body).encode()

    told = tell(owing.vila, ask(owing.oak, VILANOVA.node, SETTLEMENT, body=document))

    assert told.problem is Problem.TRADE_CONFLICT
