"""The node, looking at its own stack 250 times in each second of processor time.

It begins at SIGUSR1 and writes what it saw to the file that BENCH_SAMPLES names.  A
sample costs some microseconds, so what is seen is the node at its usual pace; calls
into C (SQLite, JSON, sockets) count for the Python function that makes them.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path
from types import CodeType, FrameType

import msgspec

import cli

SAMPLES = "BENCH_SAMPLES"
_EVERY = 0.004


class Function(msgspec.Struct, frozen=True):
    file: str
    name: str


class Sample(msgspec.Struct, frozen=True):
    """A stack, innermost function first, and how often it was seen."""

    stack: tuple[Function, ...]
    count: int


_seen: Counter[tuple[CodeType, ...]] = Counter()


def _look(_number: int, frame: FrameType | None) -> None:
    stack = []
    while frame is not None:
        stack.append(frame.f_code)
        frame = frame.f_back
    _seen[tuple(stack)] += 1


def _begin(_number: int, _frame: FrameType | None) -> None:
    signal.setitimer(signal.ITIMER_PROF, _EVERY, _EVERY)


def _write(path: Path) -> None:
    samples = [
        Sample(tuple(Function(code.co_filename, code.co_qualname) for code in stack), count)
        for stack, count in _seen.items()
    ]
    path.write_bytes(msgspec.json.encode(samples))


def main() -> None:
    signal.signal(signal.SIGPROF, _look)
    signal.signal(signal.SIGUSR1, _begin)
    try:
        cli.main()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        _write(Path(os.environ[SAMPLES]))


if __name__ == "__main__":
    main()
