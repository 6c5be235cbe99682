"""The bare minimum of durable book-keeping: the rows of a trade, then a commit.

No HTTP, no services, no checks; the rows and their hashes are made beforehand.  It
opens the file as the node does: the same SQLite, the same settings, every sync.
"""

from __future__ import annotations

import sys
import time
from itertools import islice
from pathlib import Path

import msgspec

from bench.filling import (
    INSERT_ENTRY,
    INSERT_TRADE,
    INSERT_TRANSFER,
    UPDATE_STANDING,
    History,
    Posted,
)
from bench.identifiers import Ids
from bench.load import Outcome
from cesnode.store import database
from cesnode.store.sqlite import sqlite3


def run(folder: Path, count: int) -> Outcome:
    connection = database.open_writer(folder)
    try:
        coming = list(islice(History(connection, ids=Ids.ORDERED), count))
        began, cpu = time.perf_counter(), time.process_time()
        latencies = sorted(_timed(connection, posted) for posted in coming)
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    finally:
        connection.close()
    return Outcome(
        answered=count,
        seconds=seconds,
        cpu_seconds=cpu,
        p50=latencies[count // 2],
        p99=latencies[count * 99 // 100],
        answer_bytes=0,
    )


def _timed(connection: sqlite3.Connection, posted: Posted) -> float:
    began = time.perf_counter()
    execute = connection.execute
    execute("BEGIN IMMEDIATE")
    execute(INSERT_TRADE, posted.trade)
    execute(INSERT_TRANSFER, posted.transfer)
    for entry in posted.entries:
        execute(INSERT_ENTRY, entry)
    for standing in posted.standings:
        execute(UPDATE_STANDING, standing)
    execute("COMMIT")
    return time.perf_counter() - began


def main() -> None:
    outcome = run(Path(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.buffer.write(msgspec.json.encode(outcome))


if __name__ == "__main__":
    main()
