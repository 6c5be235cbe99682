"""Serves as the node does, but with SQLite set differently.

    python -m tests.faults.weakened synchronous=NORMAL serve --data DIR

What guards against lost trades is shown to be needed by taking it away.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cli
from cesnode.store import database, writing
from cesnode.store.sqlite import sqlite3


def main(arguments: list[str]) -> None:
    pragmas = [argument for argument in arguments if "=" in argument]

    def open_writer(folder: Path) -> sqlite3.Connection:
        connection = database.open_writer(folder)
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    writing.open_writer = open_writer  # type: ignore[assignment, attr-defined]
    cli.main(arguments[len(pragmas) :])


if __name__ == "__main__":
    main(sys.argv[1:])
