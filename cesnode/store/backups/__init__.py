"""Copies of a node that can be gone back to.

1. A backup is a data folder of its own: the ledger as it was at one moment, the keys,
   pictures and papers, the settings, and a list of all that with every file's digest.
2. It has its name only when it is whole on the disk and has passed the audit.
3. It is read through again before it is put back, into a folder that is empty; the
   ledger comes last, so that half of a node is never one.
"""

from cesnode.store.backups.keeping import (
    Kept,
    every,
    is_due,
    newest,
    next_due,
    place_of,
    resolve,
    tidy,
    unread,
)
from cesnode.store.backups.making import Choice, make
from cesnode.store.backups.manifest import Manifest
from cesnode.store.backups.restoring import restore
from cesnode.store.backups.verifying import Problem, Verdict, verify

__all__ = [
    "Choice",
    "Kept",
    "Manifest",
    "Problem",
    "Verdict",
    "every",
    "is_due",
    "make",
    "newest",
    "next_due",
    "place_of",
    "resolve",
    "restore",
    "tidy",
    "unread",
    "verify",
]
