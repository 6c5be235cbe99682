"""Follows a chain from its beginning: canonical form, digests, numbering, time."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import NamedTuple

from cesnode.store.auditor.findings import Fault, Findings

_FOLLOW = (
    "does not follow from the one before it: this row, or one it is made of, was changed"
)

canonical = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False
).encode
"""Keys in order, no blanks, text as it is: RFC 8785 for strings and whole numbers."""

LEDGER = "cesnode-ledger-v1\n"
ACTS = "cesnode-acts-v1\n"
NULL = "null"
quote = json.encoder.encode_basestring
"""A string in that form."""


class Founding(NamedTuple):
    """What an exchange can never change; both chains begin with it."""

    code: str
    scale: int
    measure: str
    founded_at: int

    def genesis(self, of: str) -> bytes:
        return sha256((of + canonical(self._asdict())).encode()).digest()


def text_matches(salt: bytes | None, text: bytes, digest: bytes | None) -> bool:
    return salt is not None and sha256(salt + text).digest() == digest


class Chain:
    """The rows of one table, each of which must follow from the one before."""

    def __init__(self, table: str, name: str, head: bytes, findings: Findings) -> None:
        self.seq = 0
        self.at = 0
        self.head = head
        self.starts_elsewhere = False
        self._table = table
        self._name = name
        self._findings = findings

    def resume(self, seq: int, at: int, head: bytes) -> None:
        """Go on after a link that is checked elsewhere."""
        self.seq, self.at, self.head = seq, at, head

    def follow(self, seq: int, at: int, stored: bytes, record: str) -> None:
        """Check the next link; go on from what is stored, so that each break is named."""
        link = sha256(self.head + record.encode()).digest()
        if seq != self.seq + 1 or at < self.at or link != stored:
            self._name_breaks(seq, at, broken=link != stored)
        self.seq, self.at, self.head = seq, at, stored

    def _name_breaks(self, seq: int, at: int, *, broken: bool) -> None:
        row = f"{self._name} {seq}"
        if seq != self.seq + 1:
            sentence = f"it comes after {self._name} {self.seq}; what was between is gone"
            self._findings.add(Fault.NUMBERING_GAP, self._table, row, sentence)
        if at < self.at:
            sentence = f"its time {at} is before {self.at}, that of the one before it"
            self._findings.add(Fault.TIME_BACKWARDS, self._table, row, sentence)
        if broken:
            self.starts_elsewhere |= self.seq == 0
            self._findings.add(Fault.CHAIN_BROKEN, self._table, row, f"its hash {_FOLLOW}")
