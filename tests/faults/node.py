"""Starts the node and its commands as processes of their own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import cli

ROOT = Path(cli.__file__).parent
CESNODE = (sys.executable, str(ROOT / "cli.py"))
PATIENCE = 60
"""Seconds after which a process that says or does nothing counts as hanging."""

Done = subprocess.CompletedProcess[str]

_READY = re.compile(r"(http://[\d.]+:\d+)\n")
"""The line that says where it serves; its log names the addresses of others."""


class Node:
    """A serving process, and all that it says."""

    def __init__(self, command: Sequence[str]) -> None:
        self.process = start(command)
        self.lines: list[str] = []
        self.origin = ""
        self._heard = Event()
        self._listener = Thread(target=self._listen)
        self._listener.start()

    @property
    def said(self) -> str:
        return "".join(self.lines)

    def is_ready(self) -> bool:
        """Wait until it serves, or has ended without."""
        assert self._heard.wait(PATIENCE), self.said
        return bool(self.origin)

    def kill(self) -> None:
        self.process.kill()

    def stop(self) -> int:
        """Ask it to end; return its exit code."""
        self.process.terminate()
        return self.wait()

    def wait(self) -> int:
        """Wait until it has ended and all was heard; return its exit code."""
        code = self.process.wait(PATIENCE)
        self._listener.join(PATIENCE)  # Whoever traces it writes until here.
        return code

    def put_away(self) -> None:
        """End it and whoever traces it, in whatever state they are."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if found := _READY.fullmatch(line):
                self.origin = found[1]
                self._heard.set()
        self._heard.set()


@contextmanager
def starting(
    folder: Path, *, through: Sequence[str] = (), program: Sequence[str] = CESNODE
) -> Iterator[Node]:
    """Serve a folder; `through` is a command line that runs the program's."""
    node = Node([*through, *program, "serve", "--data", str(folder), "--port", "0"])
    try:
        yield node
    finally:
        node.put_away()


@contextmanager
def serving(
    folder: Path, *, through: Sequence[str] = (), program: Sequence[str] = CESNODE
) -> Iterator[Node]:
    """Serve a folder that can be served."""
    with starting(folder, through=through, program=program) as node:
        assert node.is_ready(), node.said
        yield node


def weakened(*pragmas: str) -> tuple[str, ...]:
    """Return the program that serves with SQLite set differently."""
    return (sys.executable, "-m", "tests.faults.weakened", *pragmas)


def start(
    command: Sequence[str], *, stdin: int = subprocess.DEVNULL
) -> subprocess.Popen[str]:
    """Start a command in a process group of its own."""
    return subprocess.Popen(  # noqa: S603 - our own commands
        command,
        cwd=ROOT,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def command(*arguments: str, through: Sequence[str] = ()) -> Done:
    """Run one of the node's commands."""
    return run(*through, *CESNODE, *arguments)


def run(*words: str) -> Done:
    return subprocess.run(  # noqa: S603 - our own commands
        words, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
