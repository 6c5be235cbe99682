"""Writes the auditor's list of what must be in the schema: python -m tests.faults.shape.

To be run, and its result to be looked at, whenever a step was added to the migrations.
"""

from __future__ import annotations

import re
import tempfile
from contextlib import closing
from pathlib import Path

from cesnode.store import schema
from cesnode.store.auditor import shape
from cesnode.store.database import FILE, open_reader


def shipped(folder: Path) -> dict[str, str]:
    """Return the digests of what this program's migrations make."""
    if not (folder / FILE).exists():
        schema.create(folder, lambda _: None)
    with closing(open_reader(folder)) as connection:
        return shape.digests(connection)


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        found = shipped(Path(scratch) / "data")
    lines = "".join(
        f'    "{name}": "{digest}",\n' for name, digest in sorted(found.items())
    )
    path = Path(shape.__file__)
    text = re.sub(r"(?s)(?<=\nSHAPE = {\n).*?(?=\n})", lines.rstrip(), path.read_text())
    path.write_text(re.sub(r"(?<=\nVERSION = )\d+", str(schema.VERSION), text))


if __name__ == "__main__":
    main()
