"""Shortcuts that look harmless.  The simulation has to find out each that is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import pytest

from cesnode.ledger.trades import TradeState
from cesnode.services import dealing, dispatch
from cesnode.services.clearing import (
    books,
    deciding,
    hearing,
    letters,
    ordering,
    passing,
    transit,
)
from cesnode.store import Writer, outbox, remote_trades, trades
from cesnode.store.outbox import Letter
from federation import chain, hops
from federation.chain import Head, Place
from federation.errors import Problem
from federation.evidence import Verdict
from federation.keys import PrivateKey
from federation.objects import ChainEntry
from federation.signed import Signed
from federation.trade import State
from tests.support.nodes import Crash, Fate, Node
from tests.support.post import Request
from tests.support.simulation import Simulation
from tests.support.wire import next_letters

Mutant = Callable[[Simulation, pytest.MonkeyPatch], None]


def payer_voids_on_expiry(_: Simulation, patch: pytest.MonkeyPatch) -> None:
    """The payer's node releases what it holds as soon as the order is too old."""
    lapse = dealing.lapse

    def impatient(writer: Writer, key: PrivateKey, *, now: int) -> int:
        for remote in list(remote_trades.in_flight(writer, before=now)):
            if remote.state is State.HELD and remote.expires_at < now:
                trade = trades.by_id(writer, remote.trade or 0)
                books.void(writer, trade, TradeState.VOIDED, now=now)
                remote_trades.move_on(writer, remote, State.VOIDED, now=now)
                kinds = hearing.ABOUT_THE_ORDER
                outbox.settle(writer, remote.wire_id, kinds=kinds, now=now)
        return lapse(writer, key, now=now)

    patch.setattr(dealing, "lapse", impatient)


def no_tombstone(_: Simulation, patch: pytest.MonkeyPatch) -> None:
    """A cancel of what was never heard of is answered, and not remembered."""
    cancel = deciding.cancel

    def forgetful(*args: Any) -> Any:  # noqa: ANN401 - passed on as it is
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(remote_trades, "insert", lambda *_: None)
            return cancel(*args)

    patch.setattr(deciding, "cancel", forgetful)


def answer_before_commit(simulation: Simulation, patch: pytest.MonkeyPatch) -> None:
    """A peer hears a decision that is not on the disk yet, and then never is."""
    simulation.death_rate = 0.1

    def hasty(node: Node, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        if work is not dispatch.receive or node.fate() is not Fate.DIES_BEFORE:
            return Node.write(node, work, *args, **kwargs)
        answer = _undone(node, work, *args, **kwargs)
        node.stop()
        return answer

    for node in simulation.nodes.values():
        patch.setattr(node, "write", partial(hasty, node))


def send_before_hold(simulation: Simulation, patch: pytest.MonkeyPatch) -> None:
    """An order goes out before what it promises is held."""
    simulation.death_rate = 0.1

    def hasty(node: Node, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        if work is dispatch.receive or node.fate() is not Fate.DIES_BEFORE:
            return Node.write(node, work, *args, **kwargs)
        simulation.post.requests += _undone(node, _sent_too_early, node, work, args, kwargs)
        raise Crash(node.name)

    def _sent_too_early(
        writer: Writer,
        node: Node,
        work: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
    ) -> list[Request]:
        work(writer, *args, **kwargs)
        others = simulation.peers[node.name]
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(node, "read", lambda work, *a, **k: work(writer, *a, **k))
            parcels = [next_letters(node, peer) for peer in others]
        return [Request(parcel, awaited=False) for parcel in parcels if parcel]

    for node in simulation.nodes.values():
        patch.setattr(node, "write", partial(hasty, node))


def any_order_of_entries(_: Simulation, patch: pytest.MonkeyPatch) -> None:
    """An entry is applied when it comes, whatever came before it in its chain."""

    def lax(entry: Signed[ChainEntry], head: Head, held: str | None) -> Place:
        found = chain.place(entry, head, held)
        return Place.NEXT if found is Place.GAP else found

    patch.setattr(hearing, "place", lax)


def decides_while_recovering(_: Simulation, patch: pytest.MonkeyPatch) -> None:
    """A node with an old backup decides before it has asked what it has forgotten."""
    patch.setattr(deciding, "_require_memory", lambda _: None)
    patch.setattr(deciding, "_require_recovered", lambda _: None)
    patch.setattr(ordering, "require_begin", lambda _: None)


def a_problem_is_a_refusal(_: Simulation, patch: pytest.MonkeyPatch) -> None:
    """A problem document without a signed word in it releases what was held."""
    again = letters.again

    def gives_up(writer: Writer, letter: Letter, why: str, *, now: int) -> None:
        again(writer, letter, why, now=now)
        remote = remote_trades.by_wire_id(writer, letter.wire_id)
        if remote is not None and remote.state is State.HELD:
            trade = trades.by_id(writer, remote.trade or 0)
            books.void(writer, trade, TradeState.VOIDED, now=now)
            remote_trades.move_on(writer, remote, State.VOIDED, now=now)

    patch.setattr(letters, "again", gives_up)


def hub_answers_cancel(_: Simulation, patch: pytest.MonkeyPatch) -> None:
    """A hub aborts what it has passed on, on its own word."""
    cancel = passing.cancel

    def hasty(writer: Writer, desk: Any, order: Any) -> Any:  # noqa: ANN401
        known = remote_trades.by_wire_id(writer, order.value.trade_id)
        if known is not None and known.state is State.HELD:
            ack = transit.acknowledge(desk, known, Problem.EXPIRED)
            transit.void(writer, desk, known, State.VOIDED, Verdict(ack))
        return cancel(writer, desk, order)

    patch.setattr(passing, "cancel", hasty)


def hub_voids_on_expiry(_: Simulation, patch: pytest.MonkeyPatch) -> None:
    """A hub releases what it holds as soon as its hop is too old."""
    prepare = passing.prepare

    def impatient(writer: Writer, desk: Any, found: Any, body: Any) -> Any:  # noqa: ANN401
        known = remote_trades.by_wire_id(writer, found.order.value.trade_id)
        late = known is not None and known.expires_at < desk.now
        if known is not None and known.state is State.HELD and late:
            ack = transit.acknowledge(desk, known, Problem.EXPIRED)
            transit.void(writer, desk, known, State.VOIDED, Verdict(ack))
        return prepare(writer, desk, found, body)

    patch.setattr(passing, "prepare", impatient)


def payee_ignores_expiry(_: Simulation, patch: pytest.MonkeyPatch) -> None:
    """An order is accepted however old it is."""
    patch.setattr(hops, "check_time", lambda *_: None)


FATAL: Mapping[str, Mutant] = MappingProxyType(
    {
        mutant.__name__: mutant
        for mutant in (
            payer_voids_on_expiry,
            no_tombstone,
            answer_before_commit,
            send_before_hold,
            any_order_of_entries,
            decides_while_recovering,
            a_problem_is_a_refusal,
        )
    }
)
FATAL_AT_A_HUB: Mapping[str, Mutant] = MappingProxyType(
    {mutant.__name__: mutant for mutant in (hub_answers_cancel, hub_voids_on_expiry)}
)


def _undone(node: Node, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
    """Run a transaction that never becomes durable; return what it would have said."""
    connection, _ = node.connections()
    connection.execute("BEGIN IMMEDIATE")
    try:
        return work(Writer(connection), *args, **kwargs)
    finally:
        connection.execute("ROLLBACK")
