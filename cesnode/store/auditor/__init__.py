"""Reads a node's file alone and recomputes all that can be recomputed from its rows.

It shares no code with what writes the file: its own SQL, its own sums, its own canonical
form, its own list of the tables and triggers there must be.
1. It imports nothing of cesnode, nor any library that cesnode posts with.
2. It opens the file read-only and works on one snapshot, beside a server that writes.
3. Whatever is wrong is a finding that names its table and row; nothing is repaired.
"""

from cesnode.store.auditor.audit import Audit, audit
from cesnode.store.auditor.findings import Fault, Finding

__all__ = ["Audit", "Fault", "Finding", "audit"]
