"""The ledger as JSON Lines: whoever has the file can compute both chains anew.

Each line says its `type`.  In `transfer` and `act` lines `record` is exactly what was
hashed: hash = sha256(hash before || canonical JSON of the record), where canonical means
keys in order, no blanks, UTF-8; a chain begins with sha256 of its `opening` and the
canonical JSON of the exchange's `founding`.  Amounts are whole numbers of the smallest
unit.  A text was hashed as sha256(salt || text); where it was erased both are missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.formats.book import Posting, instant
from cesnode.ledger import chain
from cesnode.ledger.accounts import Account
from cesnode.ledger.chain import Canonical
from cesnode.ledger.trades import Trade

_encode = msgspec.json.Encoder(order="sorted").encode


def exchange(of: Exchange) -> str:
    return _line(
        "exchange",
        {
            "name": of.name,
            "singular": of.currency.singular,
            "plural": of.currency.plural,
            "symbol": of.currency.symbol,
            "founding": asdict(of.founding),
            "opening": {
                "transfer": chain.LEDGER.decode(),
                "act": chain.ACTS.decode(),
            },
        },
    )


def account(of: Account) -> str:
    return _line(
        "account",
        {
            "number": of.number,
            "name": of.name,
            "kind": of.kind,
            "state": of.state,
            "floor": of.limits.floor,
            "ceiling": of.limits.ceiling,
            "balance": of.position.balance,
            "held_out": of.position.held_out,
            "held_in": of.position.held_in,
        },
    )


def trade(of: Trade, facts: Canonical, salt: bytes | None) -> str:
    """Write a trade; its facts are those that its transfer holds, once it has one."""
    said = {"ref": of.ref, "state": of.state, "facts": facts}
    return _line("trade", {**said, **_words(of.description, salt)})


def transfer(posting: Posting) -> str:
    return _line("transfer", {"record": posting.record, "hash": posting.hash.hex()})


def act(record: Canonical, link: bytes, note: str | None, salt: bytes | None) -> str:
    said = {"record": record, "hash": link.hex()}
    return _line("act", {**said, **_words(note, salt)})


def checkpoint(at: int, seq: int, note: str) -> str:
    return _line("checkpoint", {"at": instant(at), "seq": seq, "note": note})


def record(table: str, row: Mapping[str, str | int | float | bytes | None]) -> str:
    """Write a row of a table as it lies there; bytes in hexadecimal."""
    cells = {
        name: cell.hex() if isinstance(cell, bytes) else cell for name, cell in row.items()
    }
    return _encode({"table": table, "row": cells}).decode() + "\n"


def end(transfers: int, acts: int) -> str:
    """Write the last line: without it, a file was cut off."""
    return _line("end", {"transfers": transfers, "acts": acts})


def _words(text: str | None, salt: bytes | None) -> Canonical:
    if text is None or salt is None:
        return {}
    return {"text": text, "salt": salt.hex()}


def _line(kind: str, said: Canonical) -> str:
    return _encode({"type": kind, **said}).decode() + "\n"
