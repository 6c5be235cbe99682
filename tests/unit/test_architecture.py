"""The map, the tree and the import contract name the same rooms in the same order."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def rooms_on_the_map() -> list[str]:
    text = (ROOT / "docs" / "architecture.md").read_text()
    return re.findall(r"^### `((?:cesnode\.|federation)\w*)`", text, re.MULTILINE)


def rooms_in_the_contract() -> list[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    return [room for layer in layers for room in layer.split(" | ")]


def rooms_in_the_tree() -> set[str]:
    packages = (path.parent.name for path in (ROOT / "cesnode").glob("*/__init__.py"))
    modules = (path.stem for path in (ROOT / "cesnode").glob("*.py"))
    return {f"cesnode.{name}" for name in (*packages, *modules) if name != "__init__"}


def test_the_map_follows_the_contract() -> None:
    assert rooms_on_the_map() == rooms_in_the_contract()


def test_the_contract_knows_every_room_in_the_tree() -> None:
    assert {*rooms_in_the_contract()} == {*rooms_in_the_tree(), "federation"}


def test_every_room_has_a_sign_at_its_door() -> None:
    doors = [
        *(ROOT / "cesnode").rglob("__init__.py"),
        *(ROOT / "federation").rglob("__init__.py"),
    ]

    assert [door for door in doors if not door.read_text().startswith('"""')] == []
