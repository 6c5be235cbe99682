"""The one place for SQL.  Everyone else holds a Reader or a Writer and asks.

A statement with `LIMIT ?` is planned anew each time, for SQLite looks at the number when
it plans; with `LIMIT ? + 0` it is planned once, as all others are.
"""

from cesnode.store.database import Reader, Writer
from cesnode.store.store import Store

__all__ = ["Reader", "Store", "Writer"]
