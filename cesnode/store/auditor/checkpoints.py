"""Holds every checkpoint against the chains: what was once signed must still lie there.

A checkpoint is a signed note (C2SP): its origin, the number of transfers, the head's hash
in base64, and further lines, of which `acts <number> <hash>` and `time <seconds>` are read.
Whether its signatures hold is for whoever has the keys.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from cesnode.store.auditor.books import Books
from cesnode.store.auditor.findings import Fault
from cesnode.store.auditor.sqlite import sqlite3

_LEAST = 3


@dataclass(frozen=True, slots=True)
class Note:
    seq: int
    head: bytes
    act: int | None = None
    acts_head: bytes | None = None
    time: int | None = None


def parse(text: str) -> Note:
    """Read the body of a note.

    Raises:
        ValueError: it is none.

    """
    lines = text.partition("\n\n")[0].split("\n")
    if len(lines) < _LEAST:
        raise ValueError("it has no head")
    more = {
        name: rest.split(" ") for name, _, rest in (x.partition(" ") for x in lines[3:])
    }
    act, acts_head = more.get("acts", (None, None))
    (time,) = more.get("time", (None,))
    return Note(
        int(lines[1]),
        _hash(lines[2]),
        int(act) if act else None,
        _hash(acts_head) if acts_head else None,
        int(time) if time else None,
    )


def _hash(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("its hash is not base64") from error


class Checkpoints:
    def __init__(self, connection: sqlite3.Connection, books: Books) -> None:
        self._connection = connection
        self._findings = books.findings
        self._id = self._at = self._seq = 0

    def compare(self) -> None:
        for serial, at, seq, text in self._connection.execute(
            "SELECT id, at, seq, note FROM checkpoints ORDER BY id"
        ):
            if serial != self._id + 1 or at < self._at or seq < self._seq:
                self._differs(serial, "it does not come after the one before it")
            self._id, self._at, self._seq = serial, at, seq
            try:
                note = parse(text)
            except ValueError as error:
                self._differs(serial, f"its note cannot be read: {error}")
            else:
                self._compare(serial, at, seq, note)

    def _compare(self, serial: int, at: int, seq: int, note: Note) -> None:
        if note.seq != seq or note.time not in {None, at}:
            sentence = f"it says transfer {seq} at {at}, its note {note.seq} at {note.time}"
            self._differs(serial, sentence)
        if seq and note.head != self._hash_of("transfers", note.seq):
            sentence = (
                f"transfer {note.seq} is not the one that was signed: history changed"
            )
            self._differs(serial, sentence)
        if note.act is not None and note.acts_head != self._hash_of("acts", note.act):
            sentence = f"act {note.act} is not the one that was signed: history changed"
            self._differs(serial, sentence)

    def _hash_of(self, table: str, seq: int) -> bytes | None:
        sql = f"SELECT hash FROM {table} WHERE seq = ?"  # noqa: S608 - one of two names
        row = self._connection.execute(sql, (seq,)).fetchone()
        return row[0] if row else None

    def _differs(self, serial: int, sentence: str) -> None:
        self._findings.add(
            Fault.CHECKPOINT_DIFFERS, "checkpoints", f"checkpoint {serial}", sentence
        )
