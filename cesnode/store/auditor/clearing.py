"""Goes through what is kept of other exchanges: orders, decisions, and both chains.

What a peer and we owe each other stands three times: in the signed entries of the chains,
in the transfers they book, and in the trades between people.  Each is held against the
others.  Signatures themselves are for whoever has the keys; here they must have the form
of one, and what they are said to cover must be what is kept.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, NamedTuple

from cesnode.store.auditor.books import Books
from cesnode.store.auditor.chain import canonical
from cesnode.store.auditor.findings import Fault
from cesnode.store.auditor.signed import amount, is_canonical, is_signature, read
from cesnode.store.auditor.sqlite import sqlite3

_ENTRIES = """
SELECT c.debtor, c.creditor, c.seq, c.hash, c.peer_id, c.kind, c.wire_id, c.own_amount,
    c.other_amount, c.body, c.signature, c.transfer_seq, p.node, p.clearing_id,
    p.peering_id, e.amount, x.kind
FROM clearing_entries AS c LEFT JOIN peers AS p ON p.id = c.peer_id
LEFT JOIN entries AS e ON e.account_id = p.clearing_id AND e.seq = c.transfer_seq
LEFT JOIN transfers AS x ON x.seq = c.transfer_seq
ORDER BY c.debtor, c.creditor, c.seq
"""
_UNCHAINED = """
SELECT e.account_id, e.seq FROM peers AS p CROSS JOIN entries AS e
    ON e.account_id = p.clearing_id
EXCEPT SELECT p.clearing_id, c.transfer_seq FROM clearing_entries AS c
    JOIN peers AS p ON p.id = c.peer_id
"""
_BALANCES = """
SELECT p.clearing_id, COALESCE(sum(c.own_amount), 0)
FROM peers AS p LEFT JOIN clearing_entries AS c ON c.peer_id = p.id GROUP BY p.id
"""
_SETTLEMENTS = """
SELECT settlement_id, ours, digest, own_amount, other_amount, body, state
FROM settlements ORDER BY settlement_id
"""
_GENESIS = "cxn-fed-v1:chain\n"
_ENTRY = b"cxn-fed-v1:chain-entry\n"
_KINDS: dict[str, set[str | None]] = {
    "trade": {"clearing", "settlement"},  # the latter where it went to suspense
    "settlement": {"settlement"},
    "setoff": {"settlement"},
    "writeoff": {"donation", "settlement"},
    "limit": {None},
}
"""What kind of transfer books an entry of each kind."""


class Entry(NamedTuple):
    debtor: str
    creditor: str
    seq: int
    hash: str
    peer: int
    kind: str
    wire_id: str | None
    own_amount: int
    other_amount: int
    body: bytes
    signature: str
    transfer: int | None
    node: str | None
    clearing: int | None
    peering: str | None
    booked: int | None
    booked_as: str | None


class Clearing:
    """One walk over the chains between this exchange and its peers."""

    def __init__(self, connection: sqlite3.Connection, books: Books) -> None:
        self._connection = connection
        self._books = books
        self._settled: set[object] = set()

    def walk(self) -> None:
        self._chains()
        self._settlements()
        self._unchained()
        self._balances()

    def _chains(self) -> None:
        before: Entry | None = None
        for row in self._connection.execute(_ENTRIES):
            entry = Entry._make(row)
            same = before is not None and entry[:2] == before[:2]
            self._follow(entry, before if same else None)
            self._check(entry)
            before = entry

    def _follow(self, entry: Entry, before: Entry | None) -> None:
        """Check that an entry is the next of its chain, and is what its hash says."""
        last = before.seq if before else 0
        if entry.seq != last + 1:
            sentence = f"it comes after entry {last}; what was between is gone"
            self._fault(Fault.NUMBERING_GAP, entry, sentence)
        if sha256(_ENTRY + entry.body).hexdigest() != entry.hash:
            sentence = "its hash is not that of its words"
            self._fault(Fault.CHAIN_BROKEN, entry, sentence)
        previous = before.hash if before else _genesis(entry)
        if read(entry.body).get("prev") != previous and self._begins_here(entry):
            sentence = "it does not follow from the one before it"
            self._fault(Fault.CHAIN_BROKEN, entry, sentence)

    def _begins_here(self, entry: Entry) -> bool:
        """Whether a chain's beginning is known: an agreement made anew has another name."""
        begun = "SELECT count(*) FROM acts WHERE kind = 'peer.closed' AND subject = ?"
        (ended,) = self._connection.execute(begun, (f"peer:{entry.node}",)).fetchone()
        return entry.seq > 1 or not ended

    def _settlements(self) -> None:
        """A settlement is booked exactly if an entry of a chain names it."""
        for name, ours, digest, own, other, body, state in self._connection.execute(
            _SETTLEMENTS
        ):
            words = read(body)
            sides = ("debtor_amount", "creditor_amount")[:: 1 if ours else -1]
            told = (words.get("settlement_id"), *(amount(words, side) for side in sides))
            fits = told == (name, own, other) and sha256(body).hexdigest() == digest
            if not fits or (digest in self._settled) != (state == "booked"):
                sentence = f"it is {state}, and is not what was signed and entered"
                row = f"settlement {name}"
                findings = self._books.findings
                findings.add(Fault.SETTLEMENT_DIFFERS, "settlements", row, sentence)
            self._settled.discard(digest)
        for digest in self._settled:
            sentence = "no settlement of this digest is kept"
            row = f"digest {digest}"
            self._books.findings.add(Fault.ORDER_MISSING, "clearing_entries", row, sentence)

    def _check(self, entry: Entry) -> None:
        if entry.kind == "settlement":
            self._settled.add(read(entry.body).get("order_digest"))
        if entry.node is None or {entry.debtor, entry.creditor} <= {entry.node}:
            self._fault(Fault.REFERENCE_MISSING, entry, f"there is no peer {entry.peer}")
            return
        if entry.node not in {entry.debtor, entry.creditor}:
            self._fault(Fault.ENTRY_DIFFERS, entry, f"it is not with {entry.node}")
        if not is_canonical(entry.body):
            self._fault(Fault.ENTRY_DIFFERS, entry, "its words are not in canonical form")
        if not is_signature(entry.signature):
            self._fault(Fault.SIGNATURE_MISSING, entry, "what stands there is no signature")
        if _told(entry) != _kept(entry):
            sentence = "it is kept under other names or amounts than were signed"
            self._fault(Fault.ENTRY_DIFFERS, entry, sentence)
        self._check_booking(entry)

    def _check_booking(self, entry: Entry) -> None:
        booked = entry.booked or 0
        if booked != entry.own_amount or (entry.transfer is None) != (not entry.own_amount):
            sentence = (
                f"it takes {entry.own_amount}, and transfer {entry.transfer} moved {booked}"
            )
            self._fault(Fault.ENTRY_UNBOOKED, entry, sentence)
        elif entry.booked_as not in _KINDS.get(entry.kind, {None}):
            sentence = f"it is a {entry.kind}, booked by a {entry.booked_as}"
            self._fault(Fault.ENTRY_UNBOOKED, entry, sentence)

    def _unchained(self) -> None:
        """Find what moved on a clearing account without a signed entry."""
        for account, seq in self._connection.execute(_UNCHAINED):
            number = self._books.basis.numbers[account]
            self._books.findings.add(
                Fault.ENTRY_MISSING,
                "entries",
                f"account {number}, transfer {seq}",
                "no signed entry of the chain with this exchange says so",
            )

    def _balances(self) -> None:
        for account, told in self._connection.execute(_BALANCES):
            balance = self._books.tallies[account].balance
            if balance != told:
                self._books.findings.add(
                    Fault.CLEARING_DIFFERS,
                    "clearing_entries",
                    f"account {self._books.basis.numbers[account]}",
                    f"its balance is {balance}; the chains say {told}",
                )

    def _fault(self, code: Fault, entry: Entry, sentence: str) -> None:
        row = f"{entry.debtor} > {entry.creditor}, entry {entry.seq}"
        self._books.findings.add(code, "clearing_entries", row, sentence)


def _genesis(entry: Entry) -> str:
    names = {
        "creditor": entry.creditor,
        "debtor": entry.debtor,
        "peering_id": entry.peering,
    }
    return sha256((_GENESIS + canonical(names)).encode()).hexdigest()


def _kept(entry: Entry) -> tuple[Any, ...]:
    ours = entry.own_amount, entry.other_amount
    if entry.creditor != entry.node:  # We are the creditor: what is owed to us is less.
        ours = -entry.other_amount, -entry.own_amount
    return (entry.debtor, entry.creditor, entry.seq, entry.kind, entry.wire_id, *ours)


def _told(entry: Entry) -> tuple[Any, ...]:
    words = read(entry.body)
    names = ("debtor", "creditor", "seq", "kind", "trade_id")
    sides = ("debtor_amount", "creditor_amount")
    return (
        *(words.get(name) for name in names),
        *(amount(words, side) for side in sides),
    )
