"""What a courier takes along to one peer, and what is done with what it brings back.

Nothing here waits or connects: a courier of the node and one of a simulated network do
the same with it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import msgspec

from cesnode.services.clearing.here import Desk, Here
from cesnode.services.clearing.letters import Answer, again
from cesnode.services.outgoing import KINDS
from cesnode.store import Reader, Writer, exchanges, outbox, peers
from cesnode.store.outbox import Letter
from federation import wire
from federation.bodies import LARGEST_BATCH, BatchAnswers, PrepareBatch
from federation.endpoints import PREPARE_BATCH, Endpoint
from federation.errors import FederationError, read_problem, schema_invalid
from federation.keys import PublicKey

ORDER = "prepare"
"""The kind of letter of which many go in one request."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One request to a peer, and the letters that are in it."""

    peer: int
    origin: str
    keys: tuple[PublicKey, ...]
    letters: tuple[Letter, ...]
    endpoint: Endpoint
    parameters: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    body: bytes = b""


def next_errand(reader: Reader, peer: int, *, now: int) -> Errand | None:
    """Return what goes out next: the letter that waited longest.

    If it is an order, all orders that wait go with it.
    """
    letters = outbox.due(reader, peer, now=now, limit=LARGEST_BATCH)
    if not letters:
        return None
    first = letters[0]
    orders = tuple(letter for letter in letters if letter.kind == ORDER)
    known = peers.by_id(reader, peer)
    keys = peers.keys(reader, known)
    if first.kind == ORDER and len(orders) > 1:
        batch = PrepareBatch(trades=tuple(msgspec.Raw(each.body) for each in orders))
        return Errand(
            peer=peer,
            origin=known.origin,
            keys=keys,
            letters=orders,
            endpoint=PREPARE_BATCH,
            body=wire.write(batch),
        )
    return errand_of(reader, first)


def errand_of(reader: Reader, letter: Letter) -> Errand:
    """Return the request that carries one letter alone."""
    known, kind = peers.by_id(reader, letter.peer), KINDS[letter.kind]
    return Errand(
        peer=letter.peer,
        origin=known.origin,
        keys=peers.keys(reader, known),
        letters=(letter,),
        endpoint=kind.endpoint,
        parameters=letter.parameters,
        query=urlencode({name: letter.parameters[name] for name in kind.query}),
        body=letter.body,
    )


def answers_in(errand: Errand, answer: Answer) -> tuple[Answer, ...]:
    """Return the answer to each letter of an errand.

    Raises:
        FederationError: they are not all there, so nothing is answered.

    """
    if errand.endpoint is not PREPARE_BATCH:
        return (answer,)
    problem = read_problem(answer.body)
    if problem is not None:
        raise FederationError(problem, f"The peer answered {problem} to all orders.")
    told = wire.read(answer.body, BatchAnswers).answers
    if len(told) != len(errand.letters):
        raise schema_invalid(f"{len(told)} answers came to {len(errand.letters)} orders.")
    return tuple(Answer(each.status, bytes(each.body)) for each in told)


def came_home(
    writer: Writer, here: Here, errand: Errand, answers: Sequence[Answer], now: int
) -> None:
    """Act on the answers in one transaction; one that fails leaves the others alone."""
    exchange = exchanges.load(writer, now)
    peer = peers.by_id(writer, errand.peer)
    desk = Desk(here, exchange, peer, now)
    peers.seen(writer, peer.id, now)
    for letter, answer in zip(errand.letters, answers, strict=True):
        try:
            with writer.part():
                KINDS[letter.kind].answered(writer, desk, letter, answer)
        except FederationError as error:
            _log.warning("answer about %s: %s", letter.wire_id, error.reason)
            again(writer, letter, error.reason, now=now)
