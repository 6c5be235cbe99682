"""The node with group commit off: every request waits for a commit of its own."""

from __future__ import annotations

import cli
from cesnode.store import writing

if __name__ == "__main__":
    writing.BATCH = 1
    cli.main()
