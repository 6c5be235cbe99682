"""Opens the file, read-only, with the newer SQLite where pysqlite3 is installed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
else:
    try:
        from pysqlite3 import dbapi2 as sqlite3
    except ImportError:
        import sqlite3

__all__ = ["opened", "sqlite3"]

_WAIT_SECONDS = 10.0


def opened(path: Path) -> sqlite3.Connection:
    """Open a file on one snapshot of it; nothing can be written by this connection."""
    uri = f"{path.resolve().as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, timeout=_WAIT_SECONDS, isolation_level=None)
    connection.text_factory = _legible
    for pragma in ("query_only = ON", "trusted_schema = OFF", "cell_size_check = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN")
    return connection


def _legible(text: bytes) -> str:
    """Read damaged letters too: the hash will name their row."""
    return text.decode(errors="replace")
