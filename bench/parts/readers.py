"""Trades while others read statements."""

from __future__ import annotations

from bench import processes
from bench.figures import Aim, Bound, Part, Row, Spread, Table, ratio
from bench.load import Job, Outcome, Server, Trades
from bench.pages import statement_pages
from bench.parts.common import SPEED, p99, rates, speed
from bench.place import Bench, Community

NAME = "readers"
_CONNECTIONS, _READERS = 32, 8
_LEAST_SHARE, _MOST_WAITING = 0.15, 5.0


def measure(bench: Bench) -> Part:
    alone: list[Outcome] = []
    beside: list[Outcome] = []
    pages: list[Outcome] = []
    community = bench.community(bench.effort.history)
    with processes.node(community.folder) as server:
        trading, reading = _jobs(bench, community, server)
        for turn in range(bench.effort.turns):
            bench.say(f"Trades beside readers: turn {turn + 1} of {bench.effort.turns} …")
            alone += processes.load(trading)
            traded, read = processes.load(trading, reading)
            beside.append(traded)
            pages.append(read)
    share, waiting = ratio(rates(beside), rates(alone)), ratio(p99(beside), p99(alone))
    readers = f"beside {_READERS} readers"
    rows = (Row("alone", speed(alone)), Row(readers, speed(beside)))
    read_rows = (Row(f"by {_READERS} readers", (Spread.of(rates(pages)),)),)
    return Part(
        NAME,
        (
            Table(f"Trades, {_CONNECTIONS} connections", SPEED, rows),
            Table("Statement pages of 50 lines meanwhile", ("pages/s",), read_rows),
        ),
        (
            Aim(f"trades/s {readers}, of alone", share, Bound.AT_LEAST, _LEAST_SHARE),
            Aim(f"p99 {readers}, of alone", waiting, Bound.AT_MOST, _MOST_WAITING),
        ),
    )


def _jobs(bench: Bench, community: Community, server: Server) -> tuple[Job, Job]:
    effort = bench.effort
    trading = Job(
        server=server,
        connections=_CONNECTIONS,
        ask=Trades(members=community.members),
        seconds=effort.seconds,
        warm_up=effort.warm_up,
    )
    # The readers read before the trades are counted, and outlast them.
    reading = Job(
        server=server,
        connections=_READERS,
        ask=statement_pages(community),
        seconds=effort.seconds + 2 * effort.warm_up,
    )
    return trading, reading
