"""Whole nodes in one process: all but sockets, threads and the clock is the real thing.

A request is signed, carried as bytes, verified, dispatched in one transaction, answered,
and the answer verified and acted on, by the same functions as in a served node.  Each of
these is a step of its own, so that anything may happen in between.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from cesnode.services import dispatch, reconciling
from cesnode.services.clearing.letters import Answer as Told
from cesnode.services.errands import Errand, answers_in, came_home, next_errand
from cesnode.services.reconciling import Statement
from cesnode.store import Reader, peer_keys, peers
from federation.arrival import Arrival
from federation.bodies import Checkpoint
from federation.endpoints import CHECKPOINT, ENDPOINTS, PARAMETERS, Endpoint
from federation.errors import (
    NATURE,
    PROBLEM_JSON,
    FederationError,
    Problem,
    schema_invalid,
)
from federation.signing import (
    Answer,
    Claim,
    Reply,
    Request,
    Sender,
    Sent,
    VerifiedAnswer,
    read_request,
    sent_of,
    sign_answer,
    sign_request,
    verify_answer,
    verify_request,
)
from federation.wire import write
from tests.support.nodes import Node

Heard = Callable[[VerifiedAnswer], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A request on its way, and what its sender will do with the answer."""

    sender: Node
    receiver: str
    request: Request
    sent: Sent
    heard: Heard | None = None
    about: str = ""


def ask(
    node: Node,
    peer: str,
    endpoint: Endpoint,
    *,
    parameters: Mapping[str, str] = MappingProxyType({}),
    query: str = "",
    body: bytes = b"",
    heard: Heard | None = None,
    about: str = "",
) -> Parcel:
    """Sign a request to a peer, as the transport does."""
    known = node.read(peers.by_node, peer)
    assert known is not None
    path = endpoint.path_with(**parameters)
    target = f"{known.origin}{path}{'?' if query else ''}{query}"
    headers, sent = sign_request(
        node.key, method=endpoint.method, target_uri=target, body=body, stamp=node.stamp()
    )
    request = Request(method=endpoint.method, target_uri=target, headers=headers, body=body)
    return Parcel(
        sender=node,
        receiver=peer,
        request=request,
        sent=sent,
        heard=heard,
        about=about or endpoint.name,
    )


def next_letters(node: Node, peer: str) -> Parcel | None:
    """Take what goes out next to a peer from the outbox, as a courier does."""
    known = node.read(peers.by_node, peer)
    assert known is not None
    errand = node.read(next_errand, known.id, now=node.now)
    if errand is None:
        return None
    return ask(
        node,
        peer,
        errand.endpoint,
        parameters=errand.parameters,
        query=errand.query,
        body=errand.body,
        heard=partial(_came_home, node, errand),
        about=", ".join(f"{each.kind} {each.wire_id[-4:]}" for each in errand.letters),
    )


def comparison(node: Node, peer: str) -> Parcel:
    """Begin to compare books with a peer, as the nightly job does."""
    known = node.read(peers.by_node, peer)
    assert known is not None
    ours = node.read(reconciling.own_statement, node.here, known.id)
    return ask(
        node,
        peer,
        CHECKPOINT,
        body=write(Checkpoint(note=ours.signed(node.here).document)),
        heard=partial(_compared, node, known.id, ours),
    )


def receive(node: Node, request: Request) -> Answer:
    """Answer a request as the routes do: proven first, then dispatched."""
    sent: Sent | None = None
    outcome: Reply | FederationError
    try:
        way = _route(node, request)
        claim = read_request(request)
        sent = sent_of(claim)
        arrival = _proven(node, way, claim)
        outcome = node.write(
            dispatch.receive,
            arrival,
            key=node.key,
            box=node.box,
            own=node.name,
            now=node.now,
        )
    except FederationError as error:
        outcome = error
    reply = outcome if isinstance(outcome, Reply) else _problem(outcome, request)
    fields = () if sent is None else sign_answer(node.key, sent, reply, node.stamp())
    return Answer(status=reply.status, headers=fields, body=reply.body)


def hear(parcel: Parcel, answer: Answer) -> None:
    """Take an answer in, if it is one.

    Raises:
        FederationError: it proves nothing, so nothing was heard.

    """
    proven = prove(parcel, answer)
    if parcel.heard is not None:
        parcel.heard(proven)


def prove(parcel: Parcel, answer: Answer) -> VerifiedAnswer:
    """Return the answer as the sender's client would: proven by a pinned key."""
    node = parcel.sender
    known = node.read(peers.by_node, parcel.receiver)
    assert known is not None
    pinned = {key.keyid: key for key in node.read(peer_keys.of_peer, known)}
    return verify_answer(answer, parcel.sent, pinned, node.now)


class _Way(NamedTuple):
    endpoint: Endpoint
    parameters: Mapping[str, str]
    query: str


def _route(node: Node, request: Request) -> _Way:
    target = request.target_uri.removeprefix(node.origin)
    path, _, query = target.partition("?")
    for endpoint in ENDPOINTS:
        named = {name: f"(?P<{name}>{pattern})" for name, pattern in PARAMETERS.items()}
        found = re.fullmatch(endpoint.path_with(**named), path)
        if found and endpoint.method == request.method:
            if len(request.body) > endpoint.cap:
                raise FederationError(Problem.TOO_LARGE, "The message is too large.")
            return _Way(endpoint, found.groupdict(), query)
    raise FederationError(Problem.NOT_FOUND, "This node has nothing at that address.")


def _proven(node: Node, way: _Way, claim: Claim) -> Arrival:
    sender = node.read(_sender, claim.keyid, node.now)
    arrival = Arrival(
        endpoint=way.endpoint,
        parameters=way.parameters,
        query=way.query,
        verified=verify_request(claim, sender, node.now),
    )
    _check_form(arrival)
    return arrival


def _problem(error: FederationError, request: Request) -> Reply:
    status = NATURE[error.problem].status
    return Reply(status, error.document(request.target_uri), PROBLEM_JSON)


def _sender(reader: Reader, keyid: str, now: int) -> Sender | None:
    found = peer_keys.sender(reader, keyid, now)
    return None if found is None else Sender(found[0].node, found[1])


def _check_form(arrival: Arrival) -> None:
    if bool(arrival.verified.body) != (arrival.endpoint.body is not None):
        raise schema_invalid("There should be a body, or none, at this address.")
    if arrival.query and arrival.endpoint.query is None:
        raise schema_invalid("There should be no query at this address.")


def _came_home(node: Node, errand: Errand, answer: VerifiedAnswer) -> None:
    told = answers_in(errand, Told(answer.status, answer.body))
    node.write(came_home, node.here, errand, told, node.now)


def _compared(node: Node, peer: int, ours: Statement, answer: VerifiedAnswer) -> None:
    node.write(reconciling.compare, node.here, peer, ours, answer, now=node.now)
