"""What a courier takes along to one peer, and what is done with what it brings back.

Nothing here waits or connects: a courier of the node and one of a simulated network do
the same with it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

import msgspec

from cesnode.services.clearing.here import Desk, Here
from cesnode.services.clearing.letters import Answer, again
from cesnode.services.outgoing import KINDS
from cesnode.store import Reader, Writer, exchanges, outbox, peer_keys, peers
from cesnode.store.outbox import Letter
from federation import wire
from federation.bodies import LARGEST_BATCH, BatchAnswers, PrepareBatch
from federation.endpoints import PREPARE_BATCH, Endpoint
from federation.errors import FederationError, Problem, read_problem, schema_invalid
from federation.keys import PublicKey

ORDER = "prepare"
"""The kind of letter of which many go in one request."""

FEW = 16
"""Orders that go in one request whatever else waits; of more it is half.

So one node need not wait until all are decided, nor the other until all are booked.
"""

_NOTHING: AbstractSet[int] = frozenset()

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One request to a peer, and the letters that are in it."""

    peer: int
    node: str
    origin: str
    keys: tuple[PublicKey, ...]
    letters: tuple[Letter, ...]
    endpoint: Endpoint
    parameters: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    body: bytes = b""
    is_to_hub: bool = False


def next_errand(
    reader: Reader, peer: int, *, now: int, answered: AbstractSet[int] = _NOTHING
) -> Errand | None:
    """Return what goes out next: the letter that waited longest.

    If it is an order, others that wait go with it.  Letters that are `answered` stay;
    until that is booked only orders leave, which may overtake one another.
    """
    limit = LARGEST_BATCH + len(answered)
    letters = outbox.due(reader, peer, now=now, limit=limit)
    if not letters or (answered and letters[0].kind != ORDER):
        return None
    if letters[0].kind != ORDER:
        return errand_of(reader, letters[0])
    orders = [one for one in letters if one.kind == ORDER and one.id not in answered]
    gathered = orders[: max(FEW, len(orders) // 2)]
    return _together(reader, gathered) if gathered else None


def _together(reader: Reader, orders: Sequence[Letter]) -> Errand:
    """Return the request that carries some orders to their peer."""
    first = errand_of(reader, orders[0])
    if len(orders) == 1:
        return first
    batch = PrepareBatch(trades=tuple(msgspec.Raw(each.body) for each in orders))
    return replace(
        first,
        letters=tuple(orders),
        endpoint=PREPARE_BATCH,
        parameters={},
        body=wire.write(batch),
    )


def errand_of(reader: Reader, letter: Letter) -> Errand:
    """Return the request that carries one letter alone."""
    known, kind = peers.by_id(reader, letter.peer), KINDS[letter.kind]
    return Errand(
        peer=letter.peer,
        node=known.node,
        origin=known.origin,
        keys=peer_keys.of_peer(reader, known),
        letters=(letter,),
        endpoint=kind.endpoint,
        parameters=letter.parameters,
        query=urlencode({name: letter.parameters[name] for name in kind.query}),
        body=letter.body,
        is_to_hub=known.allow_as_hub,
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


def not_known_there(writer: Writer, errand: Errand, now: int) -> None:
    """Let other letters go first: the peer's software seems to know nothing of these.

    Its word for that is not signed, so that nothing is decided by it.
    """
    for letter in errand.letters:
        again(writer, letter, Problem.NOT_FOUND, now=now)


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
