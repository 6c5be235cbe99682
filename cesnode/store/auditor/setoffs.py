"""Goes through set-offs: what was signed, what is reserved for it, and what was booked.

A reservation stands on the account, in the parts of what we agreed to, and in our own
signed words; each is held against the others.  What was crossed out on one side of us
and not yet on the other stands on an account of its own, to the last unit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from hashlib import sha256
from typing import Any, NamedTuple

from cesnode.store.auditor.books import Books
from cesnode.store.auditor.findings import Fault
from cesnode.store.auditor.signed import amount, is_canonical, is_signature, read
from cesnode.store.auditor.sqlite import sqlite3

_SETOFFS = """
SELECT setoff_id, coordinator, digest, proposal, proposal_signature, state, decision,
    decision_signature, decision_digest FROM setoffs ORDER BY setoff_id
"""
_WORDS = """
SELECT setoff_id, node, accepts, body, signature FROM setoff_words
ORDER BY setoff_id, node
"""
_PARTS = """
SELECT s.setoff_id, s.state, s.decision_digest, p.peer_id, r.node, r.clearing_id,
    p.we_owe, p.amount, p.transfer_seq, c.kind, c.body, c.own_amount
FROM setoff_parts AS p JOIN setoffs AS s ON s.setoff_id = p.setoff_id
LEFT JOIN peers AS r ON r.id = p.peer_id
LEFT JOIN clearing_entries AS c
    ON c.transfer_seq = p.transfer_seq AND c.peer_id = p.peer_id
ORDER BY s.setoff_id, p.peer_id
"""
_UNKNOWN = """
SELECT c.debtor, c.creditor, c.seq FROM clearing_entries AS c LEFT JOIN setoff_parts AS p
    ON p.transfer_seq = c.transfer_seq AND p.peer_id = c.peer_id
WHERE c.kind = 'setoff' AND p.setoff_id IS NULL
"""
_RESERVED = "SELECT id, number, reserved FROM accounts ORDER BY number"
_ENDS = {"setoff-bundle": "cleared", "setoff-abort": "aborted"}


class Part(NamedTuple):
    setoff: str
    state: str
    decision: str | None
    peer: int
    node: str | None
    clearing: int | None
    we_owe: int
    amount: int
    transfer: int | None
    kind: str | None
    body: bytes | None
    booked: int | None

    @property
    def change(self) -> int:
        return -self.amount if self.we_owe else self.amount


class Setoffs:
    """One walk over the set-offs this exchange has heard of."""

    def __init__(self, connection: sqlite3.Connection, books: Books) -> None:
        self._connection = connection
        self._books = books
        self._signed: dict[str, set[tuple[str, str, int | None]]] = defaultdict(set)

    def walk(self) -> None:
        self._decisions()
        self._words()
        parts = [Part._make(row) for row in self._connection.execute(_PARTS)]
        for part in parts:
            self._part(part)
        self._reservations(parts)
        self._between(parts)
        for debtor, creditor, seq in self._connection.execute(_UNKNOWN):
            row = f"{debtor} > {creditor}, entry {seq}"
            sentence = "it books a set-off of which nothing is kept"
            findings = self._books.findings
            findings.add(Fault.ENTRY_UNBOOKED, "clearing_entries", row, sentence)

    def _decisions(self) -> None:
        for (
            name, coordinator, digest, proposal, signature, state, decision,
            decision_signature, decision_digest,
        ) in self._connection.execute(_SETOFFS):  # fmt: skip
            words = read(proposal)
            told = (words.get("setoff_id"), words.get("coordinator"))
            fits = told == (name, coordinator) and is_canonical(proposal)
            if not fits or sha256(proposal).hexdigest() != digest:
                self._fault("setoffs", name, "it is not what was proposed")
            if not is_signature(signature):
                self._unsigned("setoffs", name)
            if decision is None:
                continue
            ruled = read(decision)
            kept = (ruled.get("setoff_id"), _ENDS.get(str(ruled.get("type"))))
            if kept != (name, state) or sha256(decision).hexdigest() != decision_digest:
                self._fault("setoffs", name, f"it is {state}, which nobody has decided")
            if not is_signature(decision_signature):
                self._unsigned("setoffs", name)
            for one in _members(ruled, "acceptances"):
                self._promised(name, one.get("accept"))

    def _words(self) -> None:
        for name, node, accepts, body, signature in self._connection.execute(_WORDS):
            words = read(body)
            kind = "setoff-accept" if accepts else "setoff-refusal"
            told = (words.get("setoff_id"), words.get("node"), words.get("type"))
            row = f"{name}, {node}"
            if told != (name, node, kind) or not is_canonical(body):
                self._fault("setoff_words", row, "it is not what was said")
            if not is_signature(signature):
                self._unsigned("setoff_words", row)
            self._promised(name, words)

    def _promised(self, name: str, accept: object) -> None:
        """Note what an acceptance says of each edge: who owes, who is owed, how much."""
        for one in _members(accept, "amounts"):
            ends = (str(one.get("debtor")), str(one.get("creditor")))
            self._signed[name].add((*ends, amount(one, "amount")))

    def _part(self, part: Part) -> None:
        """Check that a part was promised, and booked by its entry if it was booked."""
        place = 1 if part.we_owe else 0
        promised = any(
            signed[place] == part.node and signed[2] == part.amount
            for signed in self._signed[part.setoff]
        )
        row = f"{part.setoff}, peer {part.node}"
        if not promised:
            self._fault("setoff_parts", row, f"nobody has promised {part.amount}")
        if part.transfer is None:
            return
        digest = read(part.body).get("order_digest") if part.body else None
        told = (part.state, part.kind, part.booked, digest)
        if told != ("cleared", "setoff", part.change, part.decision):
            sentence = f"transfer {part.transfer} does not book it"
            self._fault("setoff_parts", row, sentence)

    def _reservations(self, parts: list[Part]) -> None:
        """Compare what accounts reserve with what was agreed to and is not decided."""
        wanted = Counter[int]()
        for part in parts:
            if part.state == "accepted" and part.clearing is not None:
                wanted[part.clearing] -= part.change
        for account, number, reserved in self._connection.execute(_RESERVED):
            if reserved != wanted[account]:
                sentence = f"it reserves {reserved}; agreed to is {wanted[account]}"
                findings = self._books.findings
                findings.add(Fault.RESERVATION_DIFFERS, "accounts", number, sentence)

    def _between(self, parts: list[Part]) -> None:
        """Compare what stands between two sides of us, and what rounding has left."""
        of_setoff: dict[str, list[Part]] = defaultdict(list)
        for part in parts:
            if part.state == "cleared":
                of_setoff[part.setoff].append(part)
        waiting, rounded = 0, 0
        for every in of_setoff.values():
            booked = sum(part.change for part in every if part.transfer is not None)
            if any(part.transfer is None for part in every):
                waiting -= booked
            else:
                rounded -= booked
        self._stands("CIRCLES", waiting)
        self._stands("ROUNDING", rounded)

    def _stands(self, purpose: str, wanted: int) -> None:
        number = f"{self._books.basis.founding.code}-{purpose}"
        by_number = {one: account for account, one in self._books.basis.numbers.items()}
        account = by_number.get(number)
        balance = self._books.tallies[account].balance if account else 0
        if balance != wanted:
            sentence = f"its balance is {balance}; the set-offs leave {wanted}"
            findings = self._books.findings
            findings.add(Fault.CLEARING_DIFFERS, "setoffs", number, sentence)

    def _unsigned(self, table: str, row: str) -> None:
        sentence = "what stands there is no signature"
        self._books.findings.add(Fault.SIGNATURE_MISSING, table, row, sentence)

    def _fault(self, table: str, row: str, sentence: str) -> None:
        self._books.findings.add(Fault.SETOFF_DIFFERS, table, row, sentence)


def _members(words: object, name: str) -> list[dict[str, Any]]:
    """Return the objects in a list that is a member of what was signed."""
    found = words.get(name) if isinstance(words, dict) else None
    every = found if isinstance(found, list) else []
    return [one for one in every if isinstance(one, dict)]
