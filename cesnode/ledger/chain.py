"""The hash chain over transfers, and the like chain over acts.

hash = sha256(previous hash || canonical JSON of the record).  The canonical form is
RFC 8785 for the little it has to carry here: ASCII keys, strings (an id is one) and
whole numbers.
Free text enters only as the digest of a random salt and the text, so that the text
can be erased on request while the chain still verifies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from cesnode.ledger.trades import Trade

HASH_BYTES = 32
SALT_BYTES = 16

LEDGER = b"cesnode-ledger-v1\n"
ACTS = b"cesnode-acts-v1\n"

Canonical = Mapping[str, object]

_encode = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """What an exchange can never change; both chains begin with it."""

    code: str
    scale: int
    measure: str
    founded_at: int

    def genesis(self, of: bytes) -> bytes:
        facts = {
            "code": self.code,
            "founded_at": self.founded_at,
            "measure": self.measure,
            "scale": self.scale,
        }
        return hashlib.sha256(of + _encode(facts)).digest()


def link(previous: bytes, record: Canonical) -> bytes:
    """Return the hash of a record that follows `previous`."""
    return hashlib.sha256(previous + _encode(record)).digest()


def text_digest(salt: bytes, text: str) -> bytes:
    return hashlib.sha256(salt + text.encode()).digest()


def transfer_record(
    *,
    seq: int,
    kind: str,
    recorded_at: int,
    entries: Sequence[tuple[str, int, int]],
    text: bytes | None = None,
    trade: Canonical | None = None,
    reverses: int | None = None,
) -> Canonical:
    """Lay out a transfer for hashing; `entries` are (account number, amount, balance)."""
    return {
        "entries": sorted(entries),
        "kind": kind,
        "recorded_at": recorded_at,
        "reverses": reverses,
        "seq": seq,
        "text": text.hex() if text else None,
        "trade": trade,
    }


def trade_record(trade: Trade, seller: str, buyer: str) -> Canonical:
    """Lay out what the chain keeps of a trade: all but its words and its state."""
    return {
        "amount": trade.amount,
        "buyer": buyer,
        "buyer_levy": trade.buyer_levy,
        "channel": trade.channel,
        "created_at": trade.created_at,
        "entered_by": trade.entered_by,
        "asked": trade.asked,
        "event_on": trade.event_on,
        "id": trade.uuid,
        "on_behalf_of": trade.on_behalf_of,
        "other": trade.other,
        "seller": seller,
        "seller_levy": trade.seller_levy,
    }


def act_record(
    *,
    seq: int,
    at: int,
    actor: int | None,
    kind: str,
    subject: str,
    details: Canonical,
    after: int,
    note: bytes | None = None,
) -> Canonical:
    """Lay out an act for hashing; `after` is the number of transfers before it."""
    return {
        "actor": actor,
        "after": after,
        "at": at,
        "details": details,
        "kind": kind,
        "note": note.hex() if note else None,
        "seq": seq,
        "subject": subject,
    }
