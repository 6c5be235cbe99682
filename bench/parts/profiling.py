"""Where the time of a trade goes: a sampling profile of the node under load."""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from bench import processes
from bench.figures import Part, Row, Spread, Table
from bench.load import Job, Outcome, Trades
from bench.place import Bench
from bench.serve_profiled import SAMPLES, Function, Sample

NAME = "profile"
_CONNECTIONS = 64
_LINES = 30
_COLUMNS = ("% of the samples", "µs a trade")
_OF_INTEREST = ("cesnode.", "aiohttp.")
_MADE = "<string>"
"""Where dataclasses have the methods that they make."""
_PLUMBING = "cesnode/store/database.py"
"""Every statement passes there; what it costs belongs to who asked for it."""


def measure(bench: Bench) -> Part:
    effort = bench.effort
    path = bench.folder / "samples.json"
    community = bench.community(effort.history)
    words = ("-m", "bench.serve_profiled", "serve")
    with processes.node(
        community.folder, words=words, environ={SAMPLES: str(path)}
    ) as server:
        bench.say(f"Profile: {effort.profiled_seconds:.0f} seconds …")
        os.kill(server.process, signal.SIGUSR1)
        job = Job(
            server=server,
            connections=_CONNECTIONS,
            ask=Trades(members=community.members),
            seconds=effort.profiled_seconds,
            warm_up=effort.warm_up,
        )
        (outcome,) = processes.load(job)
    samples = msgspec.json.decode(path.read_bytes(), type=tuple[Sample, ...])
    return Part(NAME, _tables(samples, outcome))


def _tables(samples: Iterable[Sample], outcome: Outcome) -> tuple[Table, ...]:
    views: tuple[tuple[str, Callable[[Sample], Iterable[str]]], ...] = (
        ("By room, what runs in it", lambda sample: {_room(_own(sample))}),
        ("By function, its own", lambda sample: {_label(_own(sample))}),
        ("By function, with all it calls", _callers),
    )
    return tuple(
        _table(title, samples, names, outcome.cpu_microseconds) for title, names in views
    )


def _table(
    title: str,
    samples: Iterable[Sample],
    names: Callable[[Sample], Iterable[str]],
    microseconds: float,
) -> Table:
    counts: Counter[str] = Counter()
    for sample in samples:
        for name in names(sample):
            counts[name] += sample.count
    total = sum(sample.count for sample in samples)
    rows = tuple(
        Row(name, (_once(count / total * 100), _once(count / total * microseconds)))
        for name, count in counts.most_common(_LINES)
        if count < total  # What every sample is in tells nothing.
    )
    return Table(title, _COLUMNS, rows)


def _once(value: float) -> Spread:
    return Spread.of([value])


def _own(sample: Sample) -> Function:
    """Return the innermost function that is not plumbing."""
    return next(
        (one for one in sample.stack if not one.file.endswith(_PLUMBING)), sample.stack[-1]
    )


def _callers(sample: Sample) -> Iterable[str]:
    """Return the functions of the node and of its framework that a sample was in."""
    labels = set(map(_label, sample.stack))
    return (label for label in labels if label.startswith(_OF_INTEREST))


def _label(function: Function) -> str:
    if function.file == _MADE:
        return f"dataclasses:{function.name.rpartition('.')[2]}"
    return f"{_module(function)}:{function.name}"


def _room(function: Function) -> str:
    module = _label(function).partition(":")[0]
    return ".".join(module.split(".")[: 2 if module.startswith("cesnode") else 1])


def _module(function: Function) -> str:
    """Return the dotted name of the module that a file holds."""
    path = Path(function.file)
    homes = (home for home in map(Path, sys.path) if home.is_absolute())
    longest = max(
        (home for home in homes if path.is_relative_to(home)),
        key=lambda home: len(home.parts),
        default=None,
    )
    named = path.relative_to(longest) if longest else path
    return ".".join(named.with_suffix("").parts)
