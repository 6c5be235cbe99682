"""Which SQLite this process uses, and whether it can be trusted with two writers.

Versions 3.7.0 to 3.51.2, except 3.44.6 and 3.50.7, can damage the file when two
connections write or checkpoint a write-ahead log at one moment.  pysqlite3 carries a
sound one where it has a wheel; elsewhere every write takes an advisory lock first.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
else:
    try:
        from pysqlite3 import dbapi2 as sqlite3
    except ImportError:
        import sqlite3

__all__ = ["NEEDS_WRITE_LOCK", "plain", "sqlite3", "wal_reset_is_sound"]

# For what is no plain number or text the library looks for an adapter, and where it finds
# none it asks each value in vain: that took a tenth of a trade.
sqlite3.register_adapter(bytes, bytearray)
sqlite3.register_adapter(bool, int)
sqlite3.register_adapter(type(None), {None: None}.get)


def plain(*kinds: type[StrEnum]) -> None:
    """Have the members of these taken for the text they are, without such a search."""
    for kind in kinds:
        sqlite3.register_adapter(kind, str.__str__)


_FIXED = (3, 51, 3)
_BACKPORTS = {(3, 44): 6, (3, 50): 7}


def wal_reset_is_sound(version: tuple[int, ...]) -> bool:
    """Whether this SQLite has the write-ahead log fix of 3.51.3 or its backports."""
    major_minor, patch = (version[0], version[1]), version[2]
    backport = _BACKPORTS.get(major_minor)
    return version >= _FIXED or (backport is not None and patch >= backport)


NEEDS_WRITE_LOCK = not wal_reset_is_sound(sqlite3.sqlite_version_info)
