"""Starts the mail server of the tests, and reads what it was brought."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from select import select
from typing import IO

from cesnode.config import Mail
from cesnode.jobs.mailing import Postman
from cesnode.jobs.voice import unix_now
from cesnode.store import Store
from cesnode.web.letters import Typist

_SERVER = Path(__file__).with_name("smtp_server.py")
_PATIENCE = 10
_LONGEST_WAIT = 60


@dataclass(frozen=True, slots=True)
class Postbox:
    """A mail server, and the letters it has taken."""

    folder: Path
    port: int
    said: IO[bytes]

    def wait_for(self, letters: int) -> None:
        """Return when so many letters more have come."""
        for _ in range(letters):
            ready, _, _ = select([self.said], [], [], _LONGEST_WAIT)
            assert ready, "no letter has come"
            assert self.said.readline() == b"taken\n"

    def letters(self) -> list[EmailMessage]:
        return [_letter(path) for path in sorted(self.folder.glob("*.eml"))]

    @property
    def connections(self) -> int:
        return len((self.folder / "connections").read_text())

    def settings(self, **changes: object) -> Mail:
        usual: dict[str, object] = {
            "host": "127.0.0.1",
            "port": self.port,
            "security": "none",
            "sender": "post@oakvale.example",
            "timeout": 5.0,
        }
        return Mail(**(usual | changes))  # type: ignore[arg-type]


def idle(store: Store) -> Postman:
    """Return the postman of a node that sends no mail."""
    return Postman(store, Mail(), Typist(store.folder).write, clock=unix_now)


@contextmanager
def postbox(folder: Path, *certificate: Path) -> Iterator[Postbox]:
    folder.mkdir()
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, str(_SERVER), str(folder), *map(str, certificate)],
        stdout=subprocess.PIPE,
        bufsize=0,  # Or what is read ahead would not be seen by select.
    ) as process:
        try:
            assert process.stdout is not None
            yield Postbox(folder, int(process.stdout.readline()), process.stdout)
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def body(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    assert part is not None
    text = part.get_content()
    assert isinstance(text, str)
    return text


def _letter(path: Path) -> EmailMessage:
    letter = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(letter, EmailMessage)
    return letter
