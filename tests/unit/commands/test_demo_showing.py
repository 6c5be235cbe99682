"""What the demonstration tells a newcomer to type works in the shell they have."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cesnode.commands.demo_showing import way_to_program


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A virtual environment with the program in it, which no shell knows of."""
    folder = tmp_path / "a folder" / "bin"
    folder.mkdir(parents=True)
    (folder / "cesnode").write_text("#!/bin/sh\necho found\n")
    (folder / "cesnode").chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(folder / "python"))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    return folder


@pytest.mark.usefixtures("environment")
def test_a_shell_that_does_not_know_the_program_is_told_where_it_is() -> None:
    (line,) = way_to_program()

    told = subprocess.run(  # noqa: S602 - what a person would paste
        f"{line}\ncesnode", shell=True, capture_output=True, text=True, check=True
    )

    assert told.stdout == "found\n"


def test_a_shell_that_finds_the_program_is_told_nothing(
    environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{environment}:/usr/bin:/bin")

    assert way_to_program() == []
