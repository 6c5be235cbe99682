"""Statements are planned once for each connection, and not each time they are asked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cesnode import store

HOME = Path(store.__file__).parent
BARE = re.compile(r"LIMIT \?[0-9]*(?! \+ 0)(?![0-9])")
ELSEWHERE = {"__init__.py", "outbox.py", "clearing_entries.py"}
"""The first says why; the others ask for a batch beside a way to another node."""


@pytest.mark.parametrize(
    "module",
    sorted(set(HOME.glob("*.py")) - {HOME / name for name in ELSEWHERE}),
    ids=lambda path: path.name,
)
def test_no_limit_makes_sqlite_plan_again(module: Path) -> None:
    assert BARE.findall(module.read_text(encoding="utf-8")) == []
