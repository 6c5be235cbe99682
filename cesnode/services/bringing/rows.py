"""A row of the files that waits to be booked: packed, under the key it is known by."""

from __future__ import annotations

import hashlib
from typing import cast

import msgspec
from msgspec.structs import replace

from cesnode.formats.brought import Dealing, Movement
from cesnode.formats.flows import side_name
from cesnode.store.staging import Waiting

NAMELESS = "~"
"""Begins the key of a row that has none of its own; what follows is its content."""
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Dealing | Movement).decode


def packed(place: int, row: Dealing | Movement) -> Waiting:
    content = _encode(row)
    if isinstance(row, Movement):
        return Waiting(place, row.at, row.key, "", "", 0, content)
    key = row.key or NAMELESS + digest_of(row).hex()
    seller, buyer = side_name(row.seller), side_name(row.buyer)
    amount = -row.amount if row.undoes else row.amount
    return Waiting(place, row.at, key, seller, buyer, amount, content)


def unpacked(waiting: Waiting) -> Dealing | Movement:
    return cast("Dealing | Movement", _decode(waiting.content))


def digest_of(row: Dealing | Movement) -> bytes:
    """Return what tells a row's content from any other, wherever in its file it stood."""
    same = replace(row, row=0, key="")
    return hashlib.sha256(_encode(same)).digest()[:16]
