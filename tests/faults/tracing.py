"""Runs a process under strace: to see what it does with its file, or to make that fail."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from cesnode.store.database import FILE
from tests.faults.node import run

SYNCS = "fsync,fdatasync"
INJECTED = "(INJECTED)"

_TRACE = (
    "strace",
    "-D",  # As a grandchild: what we start is the process itself.
    "-f",
    "-qq",
    "--seccomp-bpf",  # All other calls run at full speed.
)


def require_strace() -> None:
    if shutil.which("strace") is None:
        pytest.skip("needs strace")
    tried = run("strace", "-o", "/dev/null", "true")
    if tried.returncode:
        pytest.skip(f"needs the right to trace: {tried.stderr.strip()}")


def recording(trace: Path, calls: str) -> Sequence[str]:
    """Return the command line that writes down these calls, with all their bytes."""
    whole = ("-y", "-xx", "-s", str(2**17))
    return (*_TRACE, *whole, "-o", str(trace), "-e", f"trace={calls}")


def failing(trace: Path, folder: Path, calls: str, error: str, when: str) -> Sequence[str]:
    """Return the command line under which these calls on a node's file fail.

    `when` is strace's: "3" is the third call of each thread, "3+" it and all after.
    """
    files = [str(folder / name) for name in (FILE, f"{FILE}-wal")]
    watched = [word for file in files for word in ("-P", file)]
    fault = f"inject={calls}:error={error}:when={when}"
    return (*_TRACE, *watched, "-o", str(trace), "-e", f"trace={calls}", "-e", fault)
