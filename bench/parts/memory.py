"""How much memory a node keeps: when it has just started, and after many trades."""

from __future__ import annotations

from bench import processes, usage
from bench.figures import Aim, Bound, Part, Row, Spread, Table
from bench.load import Job, Trades
from bench.place import Bench

NAME = "memory"
_CONNECTIONS = 64
_MOST_IDLE, _MOST_AFTER = 80, 120


def measure(bench: Bench) -> Part:
    count = bench.effort.trades_for_memory
    community = bench.community()
    with processes.node(community.folder) as server:
        idle = Spread.of([usage.resident_mib(server.process)])
        bench.say(f"Memory: {count:,} trades …")
        ask = Trades(members=community.members)
        processes.load(
            Job(server=server, connections=_CONNECTIONS, ask=ask, requests=count)
        )
        after = Spread.of([usage.resident_mib(server.process)])
    after_label = f"after {count:,} trades"
    rows = (Row("idle", (idle,)), Row(after_label, (after,)))
    return Part(
        NAME,
        (Table("Resident memory of the node", ("MiB",), rows),),
        (
            Aim("MiB of an idle node", idle, Bound.AT_MOST, _MOST_IDLE),
            Aim(f"MiB {after_label}", after, Bound.AT_MOST, _MOST_AFTER),
        ),
    )
