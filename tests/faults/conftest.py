"""A rich history for each module to spoil, and a place for the spoilt copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.histories import rich


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exchange in which everything that can happen has happened."""
    return rich(tmp_path_factory.mktemp("history") / "oakvale")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "forged"
