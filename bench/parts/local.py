"""Trades through the interface, beside an echo, a loop over SQLite, and single commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from enum import StrEnum

import msgspec

from bench import processes
from bench.figures import Aim, Bound, Part, Row, Spread, Table, ratio
from bench.load import Job, Outcome, Server, Trades
from bench.parts.common import SPEED, rates, speed
from bench.place import Bench

NAME = "local"
_AIMED_AT = 64
_COMMITS_A_SECOND = 1_000


class Subject(StrEnum):
    NODE = "node"
    ECHO = "a bare echo"
    SINGLE = "one commit per request"
    LOOP = "a SQLite loop"


_MINIMA = (Subject.ECHO, Subject.LOOP, Subject.SINGLE)
_AIMS = {Subject.ECHO: 0.35, Subject.LOOP: 1.0, Subject.SINGLE: 3.0}

Turns = Mapping[Subject, Sequence[Outcome]]


class Contest:
    """The subjects side by side; all sit idle but the one whose turn it is."""

    def __init__(self, bench: Bench, stack: ExitStack) -> None:
        self._effort = bench.effort
        node, single, loop = (bench.community(self._effort.history) for _ in range(3))
        self._loop = loop.folder
        self._ask = Trades(members=node.members)
        served = stack.enter_context(processes.node(node.folder))
        alone = processes.node(single.folder, words=processes.NODE_ALONE)
        echo = ("-m", "bench.echo", str(self._answer_bytes(served)))
        self._servers = {
            Subject.NODE: served,
            Subject.SINGLE: stack.enter_context(alone),
            Subject.ECHO: stack.enter_context(processes.serving(echo)),
        }

    def turn(self, subject: Subject, connections: int) -> Outcome:
        if subject is Subject.LOOP:
            return self._commits()
        job = Job(
            server=self._servers[subject],
            connections=connections,
            ask=self._ask,
            seconds=self._effort.seconds,
            warm_up=self._effort.warm_up,
        )
        (outcome,) = processes.load(job)
        return outcome

    def _commits(self) -> Outcome:
        count = max(1, int(self._effort.seconds * _COMMITS_A_SECOND))
        words = ("-m", "bench.sqlite_loop", str(self._loop), str(count))
        (said,) = processes.run([words])
        return msgspec.json.decode(said, type=Outcome)

    def _answer_bytes(self, server: Server) -> int:
        (outcome,) = processes.load(
            Job(server=server, connections=1, ask=self._ask, requests=1)
        )
        return outcome.answer_bytes


def measure(bench: Bench) -> Part:
    """Give each subject its turn at each number of connections, and go round again."""
    effort = bench.effort
    seen: dict[int, dict[Subject, list[Outcome]]] = {
        connections: {subject: [] for subject in Subject}
        for connections in effort.connections
    }
    with ExitStack() as stack:
        contest = Contest(bench, stack)
        for turn in range(effort.turns):
            bench.say(f"Trades through the interface: turn {turn + 1} of {effort.turns} …")
            for connections, turns in seen.items():
                for subject in Subject:
                    turns[subject].append(contest.turn(subject, connections))
    aims = _aims(seen[_AIMED_AT]) if _AIMED_AT in seen else ()
    return Part(NAME, _tables(seen), aims)


def _tables(seen: Mapping[int, Turns]) -> tuple[Table, ...]:
    nodes = tuple(
        Row(_label(connections), speed(turns[Subject.NODE]))
        for connections, turns in seen.items()
    )
    shares = tuple(
        Row(_label(connections), tuple(_share(turns, minimum) for minimum in _MINIMA))
        for connections, turns in seen.items()
    )
    minima = tuple(
        Row(
            _label(connections),
            (
                *(Spread.of(rates(turns[minimum])) for minimum in _MINIMA),
                Spread.of([one.cpu_microseconds for one in turns[Subject.ECHO]]),
            ),
        )
        for connections, turns in seen.items()
    )
    return (
        Table("POST /api/v1/trades, answered once on disk", SPEED, nodes),
        Table("The same, as a share of", tuple(_MINIMA), shares),
        Table(
            "What it is compared with, a second",
            (*_MINIMA, "CPU µs of an echo"),
            minima,
        ),
    )


def _aims(turns: Turns) -> tuple[Aim, ...]:
    return tuple(
        Aim(
            f"trades/s at {_AIMED_AT} connections, of {minimum}",
            _share(turns, minimum),
            Bound.AT_LEAST,
            value,
        )
        for minimum, value in _AIMS.items()
    )


def _share(turns: Turns, minimum: Subject) -> Spread:
    return ratio(rates(turns[Subject.NODE]), rates(turns[minimum]))


def _label(connections: int) -> str:
    return "1 connection" if connections == 1 else f"{connections} connections"
