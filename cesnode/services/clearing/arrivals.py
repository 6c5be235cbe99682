"""What peers ask about trades: each request read, and handed to whoever answers it."""

from __future__ import annotations

import msgspec

from cesnode.services.clearing import (
    billed,
    bills,
    chains,
    deciding,
    pricing,
    relieving,
)
from cesnode.services.clearing.hearing import hear
from cesnode.services.clearing.here import Desk, Here
from cesnode.services.incoming import Incoming
from cesnode.store import Reader, Writer, exchanges, remote_trades
from federation import wire
from federation.bodies import (
    BatchAnswer,
    BatchAnswers,
    Cancel,
    ChainHead,
    ChainQuery,
    Decision,
    Declined,
    Evidence,
    Prepare,
    PrepareBatch,
    QuoteRequest,
)
from federation.chain import Edge
from federation.endpoints import TRADE_READ
from federation.errors import NATURE, PROBLEM_JSON, FederationError, Problem
from federation.requests import RelayedBill, bill_in
from federation.signing import Reply


def quote(writer: Writer, incoming: Incoming) -> Reply:
    body = incoming.arrival.body(QuoteRequest)
    return pricing.answer(writer, desk_of(writer, incoming), body)


def prepare(writer: Writer, incoming: Incoming) -> Reply:
    wire_id = incoming.arrival.parameter("trade_id")
    body = incoming.arrival.body(Prepare)
    return deciding.prepare(writer, desk_of(writer, incoming), wire_id, body)


def prepare_batch(writer: Writer, incoming: Incoming) -> Reply:
    """Answer orders gathered in one request, each as if it had come alone."""
    desk = desk_of(writer, incoming)
    batch = incoming.arrival.body(PrepareBatch)
    told = tuple(_one_of_batch(writer, desk, bytes(each)) for each in batch.trades)
    return Reply(200, wire.write(BatchAnswers(answers=told)))


def read(writer: Writer, incoming: Incoming) -> Reply:
    wire_id = incoming.arrival.parameter("trade_id")
    return deciding.read(writer, desk_of(writer, incoming), wire_id)


def cancel(writer: Writer, incoming: Incoming) -> Reply:
    wire_id = incoming.arrival.parameter("trade_id")
    body = incoming.arrival.body(Cancel)
    return deciding.cancel(writer, desk_of(writer, incoming), wire_id, body)


def result(writer: Writer, incoming: Incoming) -> Reply:
    """A decision that took its time: the same as if it had been the answer.

    What is committed and unknown here was ordered before our books were lost; the chain
    tells all of it.
    """
    desk = desk_of(writer, incoming)
    edge = Edge(desk.here.node, desk.peer.node)
    wire_id = incoming.arrival.parameter("trade_id")
    body = incoming.arrival.body(Decision)
    remote = remote_trades.by_wire_id(writer, wire_id)
    if remote is None:
        if body.entry_sig is not None:
            chains.ask(writer, desk, edge)
        return Reply(204)
    if remote.downstream != desk.peer.id:
        raise FederationError(Problem.NOT_FOUND, "We have sent you no such order.")
    evidence = Evidence(
        receipt=body.receipt,
        receipt_sig=body.receipt_sig,
        ack=body.ack,
        ack_sig=body.ack_sig,
        entry=body.entry,
        entry_hash=body.entry_hash,
        entry_sig=body.entry_sig,
    )
    if not hear(writer, desk, remote, evidence):
        chains.ask(writer, desk, edge)
    return Reply(204)


def trade_request(writer: Writer, incoming: Incoming) -> Reply:
    desk, body = desk_of(writer, incoming), bill_in(incoming.arrival.verified.body)
    if isinstance(body, RelayedBill):
        return billed.receive_relayed(writer, desk, body)
    return billed.receive(writer, desk, body)


def request_decline(writer: Writer, incoming: Incoming) -> Reply:
    told = incoming.arrival.body(Declined)
    request_id = incoming.arrival.parameter("request_id")
    return bills.declined(writer, desk_of(writer, incoming), request_id, why=told.why)


def chain(writer: Writer, incoming: Incoming) -> Reply:
    edge = Edge(
        incoming.arrival.parameter("debtor"), incoming.arrival.parameter("creditor")
    )
    query = incoming.arrival.query_as(ChainQuery)
    return chains.show(writer, desk_of(writer, incoming), edge, query)


def chain_news(writer: Writer, incoming: Incoming) -> Reply:
    edge = Edge(
        incoming.arrival.parameter("debtor"), incoming.arrival.parameter("creditor")
    )
    told = incoming.arrival.body(ChainHead)
    return chains.heard(writer, desk_of(writer, incoming), edge, told)


def settlement(writer: Writer, incoming: Incoming) -> Reply:
    return relieving.proposed(writer, desk_of(writer, incoming), incoming)


def desk_of(reader: Reader, incoming: Incoming) -> Desk:
    return Desk(
        Here(incoming.own, incoming.key, incoming.box),
        exchanges.load(reader, incoming.now),
        incoming.peer,
        incoming.now,
    )


def _one_of_batch(writer: Writer, desk: Desk, document: bytes) -> BatchAnswer:
    try:
        with writer.part():
            body = wire.read_part(document, Prepare)
            wire_id = _wire_id(bytes(body.order))
            reply = deciding.prepare(writer, desk, wire_id, body)
    except FederationError as error:
        reply = Reply(NATURE[error.problem].status, error.document(_BATCH), PROBLEM_JSON)
    return BatchAnswer(
        status=int(reply.status),
        body=msgspec.Raw(reply.body),
        retry_after=reply.retry_after,
    )


_BATCH = TRADE_READ.path_with(trade_id="")


class _Named(msgspec.Struct):
    trade_id: str


def _wire_id(order: bytes) -> str:
    """Return the id of an order in a batch, where no path names it."""
    try:
        return msgspec.json.decode(order, type=_Named).trade_id
    except msgspec.MsgspecError:
        raise FederationError(Problem.SCHEMA_INVALID, "The order names no trade.") from None
