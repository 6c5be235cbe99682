"""Starts what is measured, each in a process of its own, and never leaves one behind."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from typing import IO

import msgspec

from bench.load import HOST, Job, Outcome, Payments, Server

ROOT = Path(__file__).resolve().parents[1]
NODE = ("cli.py", "serve")
NODE_ALONE = ("-m", "bench.serve_single", "serve")
_ADDRESS = re.compile(rb"http://127\.0\.0\.1:([0-9]+)")
_READY = "/-/ready"
_PATIENCE = 60.0
_POLLED = 0.002
_GRACE = 10.0
_ENDINGS = (signal.SIGINT, signal.SIGTERM)
_Streams = Mapping[str, IO[bytes] | int]
_NOTHING: Mapping[str, str] = MappingProxyType({})


class ProcessFailed(Exception):
    """A process of the bench did not do its work; the text is what it wrote."""


@contextmanager
def serving(
    words: Sequence[str], *, environ: Mapping[str, str] = _NOTHING
) -> Iterator[Server]:
    """Run a server that prints its address once it listens."""
    with tempfile.TemporaryFile() as said:
        streams: _Streams = {"stdin": subprocess.DEVNULL, "stdout": said, "stderr": said}
        with _spawned(words, streams, environ) as process:
            yield Server(process.pid, _port(process, said))


@contextmanager
def node(
    folder: Path,
    *,
    words: Sequence[str] = NODE,
    environ: Mapping[str, str] = _NOTHING,
    port: int = 0,
) -> Iterator[Server]:
    """Run a node on a data folder and a free port, and wait until it is ready."""
    options = ("--data", str(folder), "--port", str(port))
    with serving((*words, *options), environ=environ) as server:
        while not _is_ready(server.port):
            time.sleep(_POLLED)
        yield server


def load(*jobs: Job) -> list[Outcome]:
    """Run each job in a load generator of its own, all at the same time."""
    generators = [
        ("-m", "bench.abroad" if isinstance(job.ask, Payments) else "bench.load")
        for job in jobs
    ]
    told = [msgspec.json.encode(job) for job in jobs]
    return [msgspec.json.decode(said, type=Outcome) for said in run(generators, told)]


def run(commands: Sequence[Sequence[str]], told: Sequence[bytes] = ()) -> list[bytes]:
    """Run commands beside each other to their end; return what each wrote.

    Raises:
        ProcessFailed: one of them did.

    """
    with ExitStack() as stack:
        processes = []
        for number, words in enumerate(commands):
            stdin = stack.enter_context(tempfile.TemporaryFile())
            stdin.write(told[number] if told else b"")
            stdin.seek(0)
            streams: _Streams = {
                "stdin": stdin,
                "stdout": subprocess.PIPE,
                "stderr": subprocess.PIPE,
            }
            processes.append(stack.enter_context(_spawned(words, streams)))
        return [_result(process) for process in processes]


@contextmanager
def _spawned(
    words: Sequence[str],
    streams: _Streams,
    environ: Mapping[str, str] = _NOTHING,
) -> Iterator[subprocess.Popen[bytes]]:
    with ExitStack() as starting:
        starting.enter_context(_held_back())
        process = subprocess.Popen(  # noqa: S603 - our own programs
            [sys.executable, *words],
            cwd=ROOT,
            env={**os.environ, **environ},
            stdin=streams["stdin"],
            stdout=streams["stdout"],
            stderr=streams["stderr"],
            start_new_session=True,  # Ctrl-C ends the bench, and the bench ends them.
        )
        held_back = starting.pop_all()
    with process:
        try:
            held_back.close()
            yield process
        finally:
            _end(process)


@contextmanager
def _held_back() -> Iterator[None]:
    """Put off a wish to end until the process that is being started can be ended too."""
    came: list[int] = []
    before = {
        ending: signal.signal(ending, lambda number, _: came.append(number))
        for ending in _ENDINGS
    }
    try:
        yield
    finally:
        for ending, handler in before.items():
            signal.signal(ending, handler)
        for number in came:
            signal.raise_signal(number)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()


def _result(process: subprocess.Popen[bytes]) -> bytes:
    said, complaint = process.communicate()
    if process.returncode:
        raise ProcessFailed((complaint or said).decode(errors="replace").strip())
    return said


def _port(process: subprocess.Popen[bytes], said: IO[bytes]) -> int:
    deadline = time.monotonic() + _PATIENCE
    while (match := _ADDRESS.search(_content(said))) is None:
        if process.poll() is not None or time.monotonic() > deadline:
            complaint = _content(said).decode(errors="replace").strip()
            raise ProcessFailed(f"a server did not start: {complaint}")
        time.sleep(_POLLED)
    return int(match[1])


def _content(said: IO[bytes]) -> bytes:
    # Not by seeking: the process that writes shares the position.
    descriptor = said.fileno()
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0)


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=_PATIENCE)
    try:
        connection.request("GET", _READY)
        return connection.getresponse().status == HTTPStatus.OK
    finally:
        connection.close()
