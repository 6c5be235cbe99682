"""The terms both sides of a peering have signed, each version of them."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from cesnode.store.database import Reader, Writer
from cesnode.store.peerings import Agreed
from federation import canonical
from federation.signed import Signature
from federation.terms import Agreement


@dataclass(frozen=True, slots=True)
class Kept:
    """One version of the terms with a peer, as it was signed."""

    digest: str
    value: Agreement
    agreed: Agreed

    def signature(self, node: str) -> Signature | None:
        """Return how a party has signed, if we hold it."""
        kid = self.value.party(node).kid
        return next((one for one in self.agreed.signatures if one.keyid == kid), None)


def keep(writer: Writer, peer: int, agreed: Agreed, *, now: int) -> Kept:
    """Keep a version of the terms; one that is there stays as it is."""
    kept = _kept(canonical.digest(agreed.content), agreed)
    writer.run(
        "INSERT INTO peer_terms (digest, peer_id, peering_id, version, body, signatures,"
        " kept_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            kept.digest,
            peer,
            kept.value.peering_id,
            kept.value.terms_version,
            agreed.content,
            msgspec.json.encode(agreed.signatures).decode(),
            now,
        ),
    )
    return kept


def by_digest(reader: Reader, digest: str) -> Kept | None:
    row = reader.first(
        "SELECT body, signatures FROM peer_terms WHERE digest = ?", (digest,)
    )
    if row is None:
        return None
    body, signatures = row
    signed = msgspec.json.decode(signatures, type=tuple[Signature, ...])
    return _kept(digest, Agreed(bytes(body), signed))


def peerings(reader: Reader, peer: int) -> list[str]:
    """Return the ids of all peerings there were with a peer, by their terms."""
    rows = reader.all(
        "SELECT DISTINCT peering_id FROM peer_terms WHERE peer_id = ?", (peer,)
    )
    return [peering_id for (peering_id,) in rows]


def _kept(digest: str, agreed: Agreed) -> Kept:
    return Kept(digest, msgspec.json.decode(agreed.content, type=Agreement), agreed)
