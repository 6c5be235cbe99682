"""The one place for SQL.  Everyone else holds a Reader or a Writer and asks."""

from cesnode.store.database import Reader, Writer
from cesnode.store.store import Store

__all__ = ["Reader", "Store", "Writer"]
