"""The schema, as a list of steps.  A released step is never edited.

Amounts are minor units, times Unix seconds, dates ISO 8601 text.  What is final is
guarded by triggers; `cesnode ledger check` looks whether they are still there.
"""

from cesnode.store.migrations import ledger  # isort: skip
from cesnode.store.migrations import federation
from cesnode.store.migrations.steps import migrations

__all__ = ["federation", "ledger", "migrations"]
