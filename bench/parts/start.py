"""How long until a node is ready, and until the command line has printed its help."""

from __future__ import annotations

import time

from bench import processes
from bench.figures import Aim, Bound, Part, Row, Spread, Table
from bench.place import Bench

NAME = "start"
_MOST_TO_READY, _MOST_FOR_HELP = 1.5, 0.25


def measure(bench: Bench) -> Part:
    folder = bench.community(bench.effort.history).folder
    ready: list[float] = []
    helped: list[float] = []
    bare: list[float] = []
    for _ in range(bench.effort.turns):
        began = time.perf_counter()
        with processes.node(folder):
            ready.append(time.perf_counter() - began)
        helped.append(_seconds("cli.py", "-h"))
        bare.append(_seconds("-c", "pass"))
    to_ready, for_help = Spread.of(ready), Spread.of(helped)
    rows = (
        Row("serve, until /-/ready", (to_ready,)),
        Row("-h", (for_help,)),
        Row("Python itself", (Spread.of(bare),)),
    )
    return Part(
        NAME,
        (Table("From the start of the process", ("seconds",), rows),),
        (
            Aim("seconds to ready", to_ready, Bound.AT_MOST, _MOST_TO_READY),
            Aim("seconds for -h", for_help, Bound.AT_MOST, _MOST_FOR_HELP),
        ),
    )


def _seconds(*words: str) -> float:
    began = time.perf_counter()
    processes.run([words])
    return time.perf_counter() - began
