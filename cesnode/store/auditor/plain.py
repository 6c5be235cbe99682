"""Takes the plain case fast: a transfer that posts a trade, with nothing wrong about it.

Nearly every transfer is one.  Whatever is not, for whatever reason, is left to the
careful way, which also knows what to say of it.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from cesnode.store.auditor.books import Basis, Part
from cesnode.store.auditor.chain import NULL, Chain, quote
from cesnode.store.auditor.rows import FACTS, RECORD, Lines, name


class Plain:
    def __init__(self, basis: Basis, part: Part, chain: Chain) -> None:
        self._basis = basis
        self._part = part
        self._chain = chain

    def takes(self, row: tuple[Any, ...], lines: Lines) -> bool:
        """Whether this transfer is right in every way, and is counted."""
        (
            seq, kind, trade, reverses, at, digest, stored, uuid, seller, buyer, other,
            amount, seller_levy, buyer_levy, event_on, channel, entered_by, on_behalf_of,
            created_at, asked, words, salt,
        ) = row  # fmt: skip
        basis, chain, part = self._basis, self._chain, self._part
        levies = seller_levy + buyer_levy if uuid else 0
        if (
            kind != "trade" or not uuid or reverses or other or not digest or not words
            or not salt or seq != chain.seq + 1 or at < chain.at
            or (levies and basis.community in {seller, buyer})
        ):  # fmt: skip
            return False
        expected = {seller: amount - seller_levy, buyer: -amount - buyer_levy}
        if levies:
            expected[basis.community] = levies
        if {account: change for account, change, _ in lines} != expected:
            return False
        quoted = basis.quoted
        facts = FACTS % (
            amount, "true" if asked else "false", quoted[buyer], buyer_levy,
            quote(channel), created_at, NULL if entered_by is None else entered_by,
            quote(event_on), name(uuid), NULL if on_behalf_of is None else on_behalf_of,
            NULL, quoted[seller], seller_levy,
        )  # fmt: skip
        entries = ",".join(
            [f"[{quoted[a]},{change},{after}]" for a, change, after in lines]
        )
        text = f'"{digest.hex()}"'
        record = RECORD % (entries, '"trade"', at, NULL, seq, text, facts)
        if (
            sha256(salt + words).digest() != digest
            or sha256(chain.head + record.encode()).digest() != stored
        ):
            return False
        chain.seq, chain.at, chain.head = seq, at, stored
        part.postings.extend((trade, seq))
        part.tallies[seller].count_sale(amount, at)
        part.tallies[buyer].count_purchase(amount, at)
        return True
