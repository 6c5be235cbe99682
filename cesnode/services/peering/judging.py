"""Whether a peer may propose the terms it proposes: each side speaks for itself."""

from __future__ import annotations

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.services.clearing.here import Here
from cesnode.services.peering.binding import BEGINNING, in_force, own_party
from cesnode.store import Reader, peerings
from cesnode.store.peers import Peer
from federation.errors import FederationError, Problem, schema_invalid
from federation.signed import Signed
from federation.terms import Agreement, check_change


def check(
    reader: Reader, here: Here, exchange: Exchange, peer: Peer, signed: Signed[Agreement]
) -> None:
    value = signed.value
    if (value.author, value.peering_id) != (peer.node, peer.peering_id):
        raise schema_invalid("These are not terms of this peering by its other side.")
    if {party.node for party in value.parties} != {here.node, peer.node}:
        raise schema_invalid("These are terms between other nodes.")
    theirs = value.party(peer.node)
    if theirs.kid != signed.signature.keyid:
        raise schema_invalid("The terms name another key than they are signed with.")
    if (theirs.credit_line.currency, theirs.credit_line.scale) != (
        peer.currency,
        peer.scale,
    ):
        raise schema_invalid("The credit line is not in the currency of its lender.")
    if peer.own_state in BEGINNING:
        _check_first(reader, here, exchange, peer, value)
    else:
        _check_next(reader, here, peer, value)


def _check_first(
    reader: Reader, here: Here, exchange: Exchange, peer: Peer, value: Agreement
) -> None:
    """See that the other side agrees to just what we asked for."""
    if peerings.agreement(reader, peer.id) is not None:
        detail = "The people of this node have still to approve."
        raise FederationError(Problem.PEER_PAUSED, detail)
    own, asked = value.party(here.node), own_party(here, exchange, peer)
    # Our rate may have changed since we asked; we then propose the new one ourselves.
    if msgspec.structs.replace(own, rate=asked.rate) != asked:
        raise schema_invalid("These terms are not what this node asked for.")


def _check_next(reader: Reader, here: Here, peer: Peer, value: Agreement) -> None:
    before = in_force(reader, peer)
    if before is None:
        raise schema_invalid("There are no terms yet that could be changed.")
    check_change(before, value)
    if value.party(here.node) != before.party(here.node):
        raise schema_invalid("Each side speaks for itself; these terms speak for both.")
    if before.party(here.node).kid != here.key.keyid:
        detail = "This node has a new key, and proposes terms with it first."
        raise FederationError(Problem.BUSY, detail)


def follows(new: Agreement, old: Agreement) -> bool:
    """Whether terms we proposed replace those in force (rule 2)."""
    if new.terms_version == old.terms_version:
        return new.author < old.author
    return new.terms_version == old.terms_version + 1
