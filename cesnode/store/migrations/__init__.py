"""The schema, as a list of steps.  A released step is never edited.

Amounts are minor units, times Unix seconds, dates ISO 8601 text.  What is final is
guarded by triggers; `cesnode ledger check` looks whether they are still there.
"""

# The order of these lines is the order of the steps.
from cesnode.store.migrations import ledger  # isort: skip
from cesnode.store.migrations import federation  # isort: skip
from cesnode.store.migrations import signing_in  # isort: skip
from cesnode.store.migrations import notices  # isort: skip
from cesnode.store.migrations import standing  # isort: skip
from cesnode.store.migrations import hubs  # isort: skip
from cesnode.store.migrations import market  # isort: skip
from cesnode.store.migrations import schedules  # isort: skip
from cesnode.store.migrations import bringing  # isort: skip
from cesnode.store.migrations import profiles  # isort: skip
from cesnode.store.migrations import messages  # isort: skip
from cesnode.store.migrations import news  # isort: skip
from cesnode.store.migrations import groups  # isort: skip
from cesnode.store.migrations import addresses  # isort: skip
from cesnode.store.migrations import guests  # isort: skip
from cesnode.store.migrations import moves  # isort: skip
from cesnode.store.migrations import setoffs  # isort: skip
from cesnode.store.migrations import relations  # isort: skip
from cesnode.store.migrations import agreements  # isort: skip
from cesnode.store.migrations.steps import migrations

__all__ = [
    "addresses",
    "agreements",
    "bringing",
    "federation",
    "groups",
    "guests",
    "hubs",
    "ledger",
    "market",
    "messages",
    "migrations",
    "moves",
    "news",
    "notices",
    "profiles",
    "relations",
    "schedules",
    "setoffs",
    "signing_in",
    "standing",
]
