"""Runs the command line and a served node for the tests that need a whole one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from cli import main

ROOT = Path(__file__).parents[2]
CESNODE = (sys.executable, str(ROOT / "cli.py"))
TIMEOUT = 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command said, and how it ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever the document holds
        return json.loads(self.stdout)

    @property
    def error(self) -> Mapping[str, str]:
        error: Mapping[str, str] = self.json["error"]
        return error


def cesnode(*words: str, stdin: str | None = None, **environment: str) -> Outcome:
    """Run a command inside this process; a bug in it is raised here."""
    result = CliRunner().invoke(main, words, input=stdin, env=environment)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Outcome(result.exit_code, result.stdout, result.stderr)


def cesnode_process(*words: str, stdin: str | None = None) -> Outcome:
    """Run a command as a process of its own."""
    done = subprocess.run(  # noqa: S603 - our own program
        [*CESNODE, *words],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


@contextmanager
def served(folder: Path, *words: str) -> Iterator[str]:
    """Serve a folder on a free port; yield the address."""
    with subprocess.Popen(  # noqa: S603 - our own program
        [*CESNODE, "serve", "--data", str(folder), "--port", "0", *words],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
            process.wait(TIMEOUT)
