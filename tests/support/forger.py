"""Messages as a node would make them that lies: each part may be other than it should."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cesnode.services.identifiers import uuid7
from cesnode.store import Reader
from cesnode.store.database import Row
from federation import chain
from federation.canonical import encode
from federation.chain import Booking, Edge, Head
from federation.endpoints import PREPARE
from federation.errors import Problem, read_problem
from federation.keys import PrivateKey
from federation.objects import (
    ChainEntry,
    Change,
    EntryKind,
    Outcome,
    SignedObject,
    TradeOrder,
    TradeReceipt,
)
from federation.seal import description_hash
from federation.signed import Signature, Signed, sign, signature_of, write
from federation.signing import Answer, Reply, Stamp, sign_answer, sign_request
from federation.signing import Request as Signable
from tests.support.federation import Home
from tests.support.nodes import Node
from tests.support.wire import Parcel, ask, prove, receive

WORDS = "a box of vegetables"
MONEY = (
    "standings", "transfers", "entries", "holds", "hold_entries", "hold_endings",
    "clearing_entries",
)  # fmt: skip

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What a node answered, proven to be its own where it could sign."""

    status: int
    problem: Problem | None
    body: Json


def order_of(node: Node, payer: Home, payee: Home, /, **changes: object) -> Json:
    """Write an order as plain JSON, one hour's worth, with whatever is to be different."""
    now = datetime.fromtimestamp(node.now, UTC)
    order: Json = {
        "v": 1,
        "type": "trade-order",
        "trade_id": str(uuid7()),
        "payer_node": payer.node,
        "payee_node": payee.node,
        "payer": f"0001@{payer.node}",
        "payee": f"0001@{payee.node}",
        "source": money(payer, hour(payer)),
        "dest": money(payee, hour(payee)),
        "description_hash": description_hash(description=WORDS),
        "created_at": _moment(now),
        "expires_at": _moment(now + timedelta(days=1)),
        "path": [payer.node, payee.node],
    }
    return {name: value for name, value in {**order, **changes}.items() if value != ""}


def hour(home: Home) -> int:
    currency = home.exchange.currency
    return int(currency.hour_value * 10**currency.scale)


def money(home: Home, amount: int) -> Json:
    currency = home.exchange.currency
    return {"amount": amount, "currency": currency.code, "scale": currency.scale}


def prepare_of(order: Json, key: PrivateKey, **changes: object) -> Json:
    """Put a signed order into the body it goes in."""
    hop = {"from": order["path"][0], "to": order["path"][-1], **order["dest"]}
    body = {
        "order": order,
        "order_sig": signature(order, key, TradeOrder),
        "hop": {**hop, "expires_at": order["expires_at"]},
        "description": WORDS,
    }
    return {**body, **changes}


def signature(value: Json, key: PrivateKey, kind: type[SignedObject]) -> Json:
    made = signature_of(key, encode(value), kind)
    return {"keyid": made.keyid, "sig": made.sig}


def put(node: Node, victim: Node, body: Json, trade_id: str = "") -> Parcel:
    """Sign the request that carries an order."""
    named = trade_id or body["order"]["trade_id"]
    document = json.dumps(body).encode()
    return ask(node, victim.name, PREPARE, parameters={"trade_id": named}, body=document)


def tell(victim: Node, parcel: Parcel) -> Told:
    """Bring a request to its receiver; read the answer, which it must have signed."""
    answer = receive(victim, parcel.request)
    prove(parcel, answer)
    return read_answer(answer)


def read_answer(answer: Answer) -> Told:
    body = json.loads(answer.body) if answer.body else {}
    return Told(answer.status, read_problem(answer.body), body)


def stamped(
    parcel: Parcel, key: PrivateKey, *, created: int, nonce: str = "x" * 20
) -> Parcel:
    """Sign the same request again, with another key or at another time."""
    old = parcel.request
    headers, sent = sign_request(
        key,
        method=old.method,
        target_uri=old.target_uri,
        body=old.body,
        stamp=Stamp(created, nonce),
    )
    request = Signable(
        method=old.method, target_uri=old.target_uri, headers=headers, body=old.body
    )
    return Parcel(
        sender=parcel.sender, receiver=parcel.receiver, request=request, sent=sent
    )


def answer_to(parcel: Parcel, liar: Node, status: int, body: Json | bytes) -> Answer:
    """Sign an answer to a request that the liar was sent."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = sign_answer(liar.key, parcel.sent, Reply(status, content), liar.stamp())
    return Answer(status=status, headers=fields, body=content)


def decision(
    order: Signed[TradeOrder],
    key: PrivateKey,
    head: Head,
    outcome: Outcome = Outcome.COMMITTED,
    *,
    receipt: Json | None = None,
    entry: Json | None = None,
) -> Json:
    """Write a decision of the payee's node, with other content where it is given."""
    value = order.value
    told = TradeReceipt(
        v=1,
        trade_id=value.trade_id,
        order_digest=order.digest,
        outcome=outcome,
        reason=None if outcome is Outcome.COMMITTED else "expired",
        payee_node=value.payee_node,
        decided_at=value.created_at,
    )
    receipt = {**json.loads(write(told)), **(receipt or {})}
    body: Json = {
        "state": outcome.value,
        "receipt": receipt,
        "receipt_sig": signature(receipt, key, TradeReceipt),
    }
    if outcome is Outcome.COMMITTED:
        booked = {**json.loads(entry_for(order, key, head).content), **(entry or {})}
        body |= {"entry": booked, "entry_sig": signature(booked, key, ChainEntry)}
    return body


def entry_for(order: Signed[TradeOrder], key: PrivateKey, head: Head) -> Signed[ChainEntry]:
    value = order.value
    booking = Booking(
        kind=EntryKind.TRADE,
        digest=order.digest,
        debtor_amount=chain.change(value.source),
        creditor_amount=chain.change(value.dest),
        trade_id=value.trade_id,
    )
    return chain.append(key, Edge(value.payer_node, value.payee_node), head, booking)


def adjustment(
    key: PrivateKey, debtor: Home, creditor: Home, head: Head, /, **amounts: Change
) -> Signed[ChainEntry]:
    """Write off an hour of what a debtor owes, as its creditor may."""

    def less(home: Home) -> Change:
        currency = home.exchange.currency
        return Change(amount=-hour(home), currency=currency.code, scale=currency.scale)

    return sign(
        key,
        ChainEntry(
            v=1,
            debtor=debtor.node,
            creditor=creditor.node,
            seq=head.seq + 1,
            prev=head.hash,
            kind=EntryKind.WRITEOFF,
            debtor_amount=amounts.get("debtor", less(debtor)),
            creditor_amount=amounts.get("creditor", less(creditor)),
        ),
    )


def shown(signature: Signature) -> Json:
    return {"keyid": signature.keyid, "sig": signature.sig}


@contextmanager
def unmoved(*nodes: Node) -> Iterator[None]:
    """Expect that nothing inside changes anybody's money, or what is held of it."""
    before = [node.read(money_in) for node in nodes]
    yield
    assert [node.read(money_in) for node in nodes] == before


def money_in(reader: Reader) -> dict[str, list[Row]]:
    """Return every row of every table that says what somebody has."""
    return {
        table: reader.all(f"SELECT * FROM {table}")  # noqa: S608 - our own names
        for table in MONEY
    }


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
