"""Trades between two nodes, beside trades at home and the bare cost of what they need."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from statistics import mean

import msgspec

from bench import neighbours, processes
from bench.figures import Aim, Bound, Part, Row, Spread, Table, ratio
from bench.load import Job, Outcome, Payments, Server, Trades
from bench.neighbours import Neighbour
from bench.parts.common import SPEED, cpu, rates, speed
from bench.place import Bench
from federation.keys import PrivateKey

NAME = "federation"
_LEAST_SHARE, _LEAST_BESIDE = 0.4, 0.95
_MANY = 64
_SIGNED = 200
_COMMITS = 300
_MESSAGE = b"x" * 600
_BARE = ("a signature, µs", "its verification, µs", "a commit, µs")
_SIGNATURES = 3
_BUDGET = (
    "CPU of both, µs",
    "two trades at home",
    "signed and verified",
    "the rest",
    "orders a request",
)

Place = tuple[Neighbour, Server]


@dataclass(frozen=True, slots=True)
class Flight:
    """What was seen with so many trades in flight, and how many orders a request had."""

    outcome: Outcome
    gathered: float


def measure(bench: Bench) -> Part:
    bare = _bare(bench)
    between, alone = _between(bench)
    without, beside = _dead_peer(bench)
    share, kept = (
        ratio(rates(_outcomes(between[_MANY])), rates(alone)),
        ratio(rates(beside), rates(without)),
    )
    flights = tuple(
        Row(f"{count} in flight", speed(_outcomes(turns)))
        for count, turns in between.items()
    )
    held = f"beside {bench.effort.held:,} held trades with a silent peer"
    return Part(
        NAME,
        (
            Table("Between two nodes, until it is posted; CPU of both", SPEED, flights),
            Table(f"At home, {_MANY} in flight", SPEED, (Row("one node", speed(alone)),)),
            Table(
                "The bare cost; a trade has 3 of each, a request 2 signatures more",
                _BARE,
                (Row("bare", tuple(map(Spread.of, bare))),),
            ),
            Table(
                f"Where it goes, {_MANY} in flight",
                _BUDGET,
                (Row("a trade", _budget(between[_MANY], alone, bare)),),
            ),
            Table(
                f"At home, {_MANY} in flight",
                SPEED,
                (Row("without", speed(without)), Row(held, speed(beside))),
            ),
        ),
        (
            Aim(
                f"trades/s between nodes at {_MANY}, of at home",
                share,
                Bound.AT_LEAST,
                _LEAST_SHARE,
            ),
            Aim(f"trades/s {held}, of without", kept, Bound.AT_LEAST, _LEAST_BESIDE),
        ),
    )


def _budget(
    turns: Sequence[Flight], alone: Sequence[Outcome], bare: Sequence[Sequence[float]]
) -> tuple[Spread, ...]:
    """Take from what a trade costs both what is known of it, turn by turn."""
    signing, verifying, _ = bare
    whole, home = cpu(_outcomes(turns)), [2 * each for each in cpu(alone)]
    signed = [_SIGNATURES * sum(each) for each in zip(signing, verifying, strict=True)]
    known = zip(home, signed, strict=True)
    rest = [all_of_it - sum(each) for all_of_it, each in zip(whole, known, strict=True)]
    gathered = [flight.gathered for flight in turns]
    return tuple(map(Spread.of, (whole, home, signed, rest, gathered)))


def _outcomes(turns: Sequence[Flight]) -> list[Outcome]:
    return [flight.outcome for flight in turns]


def _between(bench: Bench) -> tuple[Mapping[int, list[Flight]], list[Outcome]]:
    """Let two nodes trade both ways, then one of them at home, and go round again."""
    one, other = neighbours.found(bench, "between")
    between: dict[int, list[Flight]] = {count: [] for count in bench.effort.in_flight}
    alone: list[Outcome] = []
    with ExitStack() as stack:
        here = one, stack.enter_context(neighbours.serving(one))
        there = other, stack.enter_context(neighbours.serving(other))
        neighbours.agree(one, other)
        for turn in range(bench.effort.turns):
            bench.say(f"Between two nodes: turn {turn + 1} of {bench.effort.turns} …")
            for count, turns in between.items():
                turns.append(_both_ways(bench, here, there, count))
            alone.append(_at_home(bench, here))
    return between, alone


def _both_ways(bench: Bench, here: Place, there: Place, count: int) -> Flight:
    """Let half be paid from each side; one alone is paid from here."""
    (one, server), (other, its_server) = here, there
    jobs = [_job(bench, server, one.pay(other), max(1, count // 2))]
    if count > 1:
        jobs.append(_job(bench, its_server, other.pay(one), count // 2))
    before = _heard(one, other)
    outcome = _together(processes.load(*jobs))
    orders, requests = (
        now - then for now, then in zip(_heard(one, other), before, strict=True)
    )
    return Flight(outcome, orders / requests)


def _heard(*both: Neighbour) -> tuple[int, int]:
    """Return how many orders two nodes got from each other, and in how many requests."""
    orders, requests = zip(*map(neighbours.orders_and_requests, both), strict=True)
    return sum(orders), sum(requests)


def _together(outcomes: Sequence[Outcome]) -> Outcome:
    return Outcome(
        answered=sum(each.answered for each in outcomes),
        seconds=mean(each.seconds for each in outcomes),
        cpu_seconds=sum(each.cpu_seconds for each in outcomes),
        p50=mean(each.p50 for each in outcomes),
        p99=max(each.p99 for each in outcomes),
        answer_bytes=outcomes[0].answer_bytes,
    )


def _at_home(bench: Bench, place: Place) -> Outcome:
    neighbour, server = place
    job = _job(bench, server, Trades(members=neighbour.members), _MANY)
    (outcome,) = processes.load(job)
    return outcome


def _job(bench: Bench, server: Server, ask: Trades | Payments, connections: int) -> Job:
    effort = bench.effort
    return Job(
        server=server,
        connections=connections,
        ask=ask,
        seconds=effort.seconds,
        warm_up=effort.warm_up,
    )


def _dead_peer(bench: Bench) -> tuple[list[Outcome], list[Outcome]]:
    """Trade at home, in turns without and with much that waits for a silent peer."""
    plain, dead = neighbours.found(bench, "dead")
    with neighbours.serving(plain), neighbours.serving(dead):
        neighbours.agree(plain, dead)
    waiting = replace(plain, folder=bench.folder / "waiting")
    shutil.copytree(plain.folder, waiting.folder)
    bench.say(f"Holding {bench.effort.held:,} trades …")
    neighbours.hold(waiting, dead, bench.effort.held)
    without: list[Outcome] = []
    beside: list[Outcome] = []
    with neighbours.silence(dead.port), ExitStack() as stack:
        places = [
            (each, stack.enter_context(processes.node(each.folder)))
            for each in (plain, waiting)
        ]
        for turn in range(bench.effort.turns):
            bench.say(f"A silent peer: turn {turn + 1} of {bench.effort.turns} …")
            for place, outcomes in zip(places, (without, beside), strict=True):
                outcomes.append(_at_home(bench, place))
    return without, beside


def _bare(bench: Bench) -> tuple[list[float], ...]:
    key = PrivateKey(bytes(32))
    signature = key.sign(_MESSAGE)
    folder = bench.community().folder
    signing, verifying, committing = [], [], []
    for _ in range(bench.effort.turns):
        signing.append(_microseconds(lambda: key.sign(_MESSAGE)))
        verifying.append(_microseconds(lambda: key.public.verify(_MESSAGE, signature)))
        words = ("-m", "bench.sqlite_loop", str(folder), str(_COMMITS))
        (said,) = processes.run([words])
        committing.append(msgspec.json.decode(said, type=Outcome).p50 * 1e6)
    return signing, verifying, committing


def _microseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    for _ in range(_SIGNED):
        work()
    return (time.perf_counter() - began) / _SIGNED * 1e6
