"""Terms by which one exchange lends another so much, signed by both, and noted."""

from __future__ import annotations

from cesnode.services.clearing import noting
from cesnode.services.clearing.here import Desk, moment
from cesnode.store import Reader, Writer, exchanges, peers
from cesnode.store.peerings import Agreed
from federation.objects import Allowance, Rate
from federation.signed import sign, signature_of
from federation.terms import Agreement, Party
from federation.wire import VERSION
from tests.support.federation import Home, key_of
from tests.support.nodes import Node


def party(home: Home, lends: int) -> Party:
    currency = home.exchange.currency
    rate = 1 / currency.hour_value
    return Party(
        node=home.node,
        kid=key_of(home).keyid,
        credit_line=Allowance(amount=lends, currency=currency.code, scale=currency.scale),
        rate=Rate(n=rate.numerator, d=rate.denominator),
        share_offers="peers",
        allow_requests=True,
        allow_as_hub=False,
    )


def terms(
    lender: Home, other: Home, peering_id: str, lends: int, *, version: int, now: int
) -> Agreed:
    first, second = sorted(
        (party(lender, lends), party(other, 0)), key=lambda one: one.node
    )
    value = Agreement(
        v=VERSION,
        peering_id=peering_id,
        terms_version=version,
        author=lender.node,
        parties=(first, second),
        created_at=moment(now),
    )
    signed = sign(key_of(lender), value)
    theirs = signature_of(key_of(other), signed.content, Agreement)
    return Agreed(signed.content, (signed.signature, theirs))


def desk_for(reader: Reader, node: Node, other: str) -> Desk:
    peer = peers.by_node(reader, other)
    assert peer is not None
    return Desk(node.here, exchanges.load(reader, node.now), peer, node.now)


def notes(node: Node, other: str, agreed: Agreed) -> bool:
    """Let a lender put terms in force; say whether its chain had to be told."""

    def work(writer: Writer) -> bool:
        return noting.note(writer, desk_for(writer, node, other), agreed)

    return node.write(work)
