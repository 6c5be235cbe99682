"""What the types promise is kept by the code: only the verifier makes a Verified."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import federation

ROOT = Path(federation.__file__).parent.parent
FILES = [
    path
    for folder in ("cesnode", "federation")
    for path in sorted((ROOT / folder).rglob("*.py"))
]


def calls(path: Path) -> Iterator[ast.expr]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield node.func


def called(function: ast.expr) -> str:
    """Return the last name of what is called: `Verified` also for `signing.Verified`."""
    inner = function.value if isinstance(function, ast.Subscript) else function
    return inner.attr if isinstance(inner, ast.Attribute) else getattr(inner, "id", "")


def builders(name: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in FILES
        for function in calls(path)
        if called(function) == name
    }


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("Verified", "federation/signing.py"),
        ("VerifiedAnswer", "federation/signing.py"),
        ("Signed", "federation/signed.py"),
    ],
)
def test_what_is_proven_is_built_where_it_is_proven(name: str, module: str) -> None:
    assert builders(name) == {module}


def test_the_protocol_reads_no_clock() -> None:
    pure = [path for path in FILES if path.is_relative_to(ROOT / "federation")]

    for path in pure:
        if "transport" in path.parts:
            continue
        assert not {"now", "today", "utcnow"} & {called(each) for each in calls(path)}
