"""Nodes we have no agreement with, but trade with through one that we have.

What their own card says of them is kept, and the keys that were found there first: a
receipt is proven with these, and never with what an exchange in between tells.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from cesnode.store.database import Reader, Row, Writer
from cesnode.store.peerings import Facts
from federation.keys import PublicKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Distant:
    """A node beyond a hub; `hub` is the peer through which it was last reached."""

    facts: Facts
    hub: int | None
    met_at: int


_SELECT = (
    "SELECT node, origin, name, currency, currency_name, scale, rate_n, rate_d, box_key,"
    " hub_id, met_at FROM distant_nodes "
)


def by_node(reader: Reader, node: str) -> Distant | None:
    row = reader.first(_SELECT + "WHERE node = ?", (node,))
    return _distant(row) if row else None


def at_host(reader: Reader, host: str) -> Distant | None:
    """Return the node whose name, or else whose last address, has this host."""
    found = by_node(reader, host)
    if found is not None:
        return found
    row = reader.first(
        _SELECT + "WHERE origin IN (?, ?)", (f"https://{host}", f"http://{host}")
    )
    return _distant(row) if row else None


def by_currency(reader: Reader, code: str) -> Distant | None:
    """Return the node of a currency, if exactly one is known."""
    rows = reader.all(_SELECT + "WHERE currency = ? LIMIT 2", (code,))
    return _distant(rows[0]) if len(rows) == 1 else None


def every(reader: Reader) -> list[Distant]:
    return [_distant(row) for row in reader.all(_SELECT + "ORDER BY node")]


def keys(reader: Reader, node: str) -> tuple[PublicKey, ...]:
    rows = reader.all(
        "SELECT x FROM distant_keys WHERE node = ? ORDER BY pinned_at, kid", (node,)
    )
    return tuple(PublicKey.from_text(x) for (x,) in rows)


def key(reader: Reader, node: str, keyid: str) -> PublicKey | None:
    row = reader.first(
        "SELECT x FROM distant_keys WHERE kid = ? AND node = ?", (keyid, node)
    )
    return PublicKey.from_text(row[0]) if row else None


def put(writer: Writer, facts: Facts, pinned: Iterable[PublicKey], *, now: int) -> None:
    """Keep what a card says, and its keys beside those that were pinned before."""
    told = (
        facts.origin,
        facts.name,
        facts.currency,
        facts.currency_name,
        facts.scale,
        facts.rate.numerator,
        facts.rate.denominator,
        facts.box_key,
    )
    writer.run(
        "INSERT INTO distant_nodes (node, origin, name, currency, currency_name, scale,"
        " rate_n, rate_d, box_key, met_at, seen_at)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)"
        " ON CONFLICT (node) DO UPDATE SET origin = ?2, name = ?3, currency = ?4,"
        " currency_name = ?5, scale = ?6, rate_n = ?7, rate_d = ?8, box_key = ?9,"
        " seen_at = ?10",
        (facts.node, *told, now),
    )
    for one in pinned:
        writer.run(
            "INSERT INTO distant_keys (kid, node, x, pinned_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (one.keyid, facts.node, one.text, now),
        )


def set_hub(writer: Writer, node: str, hub: int) -> None:
    """Remember through which peer a node is reached."""
    writer.run("UPDATE distant_nodes SET hub_id = ? WHERE node = ?", (hub, node))


def _distant(row: Row) -> Distant:
    (
        node, origin, name, currency, currency_name, scale, rate_n, rate_d, box_key, hub,
        met_at,
    ) = row  # fmt: skip
    facts = Facts(
        node=node,
        origin=origin,
        name=name,
        currency=currency,
        currency_name=currency_name,
        scale=scale,
        rate=Fraction(rate_n, rate_d),
        box_key=box_key,
    )
    return Distant(facts=facts, hub=hub, met_at=met_at)
