"""What a process has used of the machine, as Linux accounts it."""

from __future__ import annotations

import os
import time
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
_MIB = 1024 * 1024


def cpu_seconds(process: int) -> float:
    """Return the processor time all threads of a process have used."""
    # The clock of another process, as clock_getcpuclockid(3) of the C library makes it.
    return time.clock_gettime((~process << 3) | 2)


def resident_mib(process: int) -> float:
    _, pages, *_ = Path(f"/proc/{process}/statm").read_text().split()
    return int(pages) * _PAGE / _MIB
