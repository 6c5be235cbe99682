"""How fast `ledger check` goes through a long history."""

from __future__ import annotations

import time

import msgspec

from bench import processes
from bench.figures import Aim, Bound, Part, Row, Spread, Table
from bench.place import Bench
from bench.processes import ProcessFailed

NAME = "audit"
_LEAST = 50_000


class Verdict(msgspec.Struct, frozen=True):
    """What the command says, as far as it matters here."""

    ok: bool
    transfers: int


def measure(bench: Bench) -> Part:
    """Time the whole command, its start included, on the largest file."""
    size = max(bench.effort.sizes)
    folder = bench.filled(size).folder
    speeds = []
    for turn in range(bench.effort.turns):
        bench.say(f"Audit of {size:,} transfers: turn {turn + 1} of {bench.effort.turns} …")
        began = time.perf_counter()
        words = ("cli.py", "ledger", "check", "--data", str(folder), "--json")
        (said,) = processes.run([words])
        seconds = time.perf_counter() - began
        verdict = msgspec.json.decode(said, type=Verdict)
        if not verdict.ok or verdict.transfers < size:
            raise ProcessFailed(f"not in order, so how fast means nothing: {verdict}")
        speeds.append(verdict.transfers / seconds)
    speed = Spread.of(speeds)
    return Part(
        NAME,
        (Table("ledger check", ("transfers/s",), (Row(f"{size:,} transfers", (speed,)),)),),
        (Aim("transfers/s of ledger check", speed, Bound.AT_LEAST, _LEAST),),
    )
