"""What is signed about a set-off: debts told, a proposal, the answers, and the decision.

A set-off is a circulation among debts: every node is forgiven as much as it forgives.
The bundle of all acceptances is the decision that it is done, the abort that it never
will be; the coordinator signs one of the two, once.  Whoever holds both can prove that
the coordinator lied.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, ClassVar

import msgspec

from federation import canonical
from federation.errors import FederationError, Problem, schema_invalid
from federation.objects import Money, SignedObject
from federation.signed import FindKey, Signature, Signed, open_signed, write
from federation.wire import Body, Hash, Line, Moment, NodeName, Positive, TradeId

MOST_EDGES = 32
MOST_PARTIES = 16
MOST_DEBTS = 200


class Owed(Body, frozen=True, kw_only=True):
    """What is owed a creditor, in ten thousandths of an hour, rounded down."""

    creditor: NodeName
    hours: Positive


class SetoffDebts(SignedObject, frozen=True, kw_only=True, tag="setoff-debts"):
    """What a node that takes part in set-offs tells of its debts."""

    signed_by: ClassVar[str] = "node"

    node: NodeName
    debts: Annotated[tuple[Owed, ...], msgspec.Meta(max_length=MOST_DEBTS)]
    as_of: Moment


class SetoffEdge(Body, frozen=True, kw_only=True):
    """How much of one debt is to be crossed out, in ten thousandths of an hour."""

    debtor: NodeName
    creditor: NodeName
    hours: Positive

    @property
    def ends(self) -> tuple[str, str]:
        return self.debtor, self.creditor


class SetoffProposal(SignedObject, frozen=True, kw_only=True, tag="setoff-proposal"):
    """What a coordinator asks all parties to cross out together."""

    signed_by: ClassVar[str] = "coordinator"

    setoff_id: TradeId
    coordinator: NodeName
    edges: Annotated[
        tuple[SetoffEdge, ...], msgspec.Meta(min_length=2, max_length=MOST_EDGES)
    ]
    proposed_at: Moment
    expires_at: Moment

    def __post_init__(self) -> None:
        ends = [edge.ends for edge in self.edges]
        if any(one >= other for one, other in pairwise(ends)):
            raise ValueError("the edges stand in order, each once")
        if len({frozenset(pair) for pair in ends}) != len(ends) or any(
            debtor == creditor for debtor, creditor in ends
        ):
            raise ValueError("two nodes have one edge, from the one to the other")
        if len(self.parties) > MOST_PARTIES:
            raise ValueError("a set-off has 16 parties at most")
        if any(_positions(self.edges).values()):
            raise ValueError("every party is forgiven as much as it forgives")
        if self.proposed_at >= self.expires_at:
            raise ValueError("expires_at is after proposed_at")

    @property
    def parties(self) -> frozenset[str]:
        return frozenset(node for edge in self.edges for node in edge.ends)

    def edges_of(self, node: str) -> tuple[SetoffEdge, ...]:
        return tuple(edge for edge in self.edges if node in edge.ends)


class OwnAmount(Body, frozen=True, kw_only=True):
    """What a party books for one of its edges, in its own currency."""

    debtor: NodeName
    creditor: NodeName
    amount: Money


class SetoffAccept(SignedObject, frozen=True, kw_only=True, tag="setoff-accept"):
    """A party's promise: its debts do not fall below this until it is decided."""

    signed_by: ClassVar[str] = "node"

    setoff_id: TradeId
    proposal_digest: Hash
    node: NodeName
    amounts: Annotated[
        tuple[OwnAmount, ...], msgspec.Meta(min_length=2, max_length=MOST_EDGES)
    ]
    accepted_at: Moment

    def amount_on(self, debtor: str, creditor: str) -> Money:
        """Return what the party books on an edge; it has one (see check_accept)."""
        ends = (debtor, creditor)
        found = (one.amount for one in self.amounts if (one.debtor, one.creditor) == ends)
        return next(found)


class SetoffRefusal(SignedObject, frozen=True, kw_only=True, tag="setoff-refusal"):
    """A party's word that it does not accept, and never will."""

    signed_by: ClassVar[str] = "node"

    setoff_id: TradeId
    proposal_digest: Hash
    node: NodeName
    why: Line
    refused_at: Moment


class Accepted(Body, frozen=True, kw_only=True):
    """An acceptance, and its party's signature."""

    accept: SetoffAccept
    accept_sig: Signature


class SetoffBundle(SignedObject, frozen=True, kw_only=True, tag="setoff-bundle"):
    """The decision to do it: the proposal and every party's acceptance, all signed.

    It holds no time: from the same acceptances the same bundle is made again.
    """

    signed_by: ClassVar[str] = "coordinator"

    setoff_id: TradeId
    coordinator: NodeName
    proposal: SetoffProposal
    proposal_sig: Signature
    acceptances: Annotated[
        tuple[Accepted, ...], msgspec.Meta(min_length=2, max_length=MOST_PARTIES)
    ]

    def __post_init__(self) -> None:
        nodes = [one.accept.node for one in self.acceptances]
        if nodes != sorted(self.proposal.parties):
            raise ValueError("every party has accepted once, and stands in order")
        told = (self.proposal.setoff_id, self.proposal.coordinator)
        if told != (self.setoff_id, self.coordinator):
            raise ValueError("the bundle is of its proposal, by the same coordinator")

    def accept_of(self, node: str) -> SetoffAccept:
        found = (one.accept for one in self.acceptances if one.accept.node == node)
        return next(found)


class SetoffAbort(SignedObject, frozen=True, kw_only=True, tag="setoff-abort"):
    """The decision that it is not done, and never will be."""

    signed_by: ClassVar[str] = "coordinator"

    setoff_id: TradeId
    coordinator: NodeName
    proposal_digest: Hash
    why: Line
    aborted_at: Moment


Decision = SetoffBundle | SetoffAbort


def bundle_of(
    proposal: Signed[SetoffProposal], acceptances: Iterable[Signed[SetoffAccept]]
) -> SetoffBundle:
    """Put together what all parties have signed.

    Raises:
        ValueError: somebody's acceptance is missing.

    """
    value = proposal.value
    return SetoffBundle(
        v=value.v,
        setoff_id=value.setoff_id,
        coordinator=value.coordinator,
        proposal=value,
        proposal_sig=proposal.signature,
        acceptances=tuple(
            Accepted(accept=one.value, accept_sig=one.signature)
            for one in sorted(acceptances, key=lambda one: one.value.node)
        ),
    )


def open_bundle(
    document: bytes, signature: Signature, find_key: FindKey
) -> Signed[SetoffBundle]:
    """Read a decision and prove every signature in it.

    Raises:
        FederationError: one is missing or does not hold, or covers something else.

    """
    bundle = open_signed(SetoffBundle, document, signature, find_key)
    proposal = proposal_in(bundle.value, find_key)
    for one in bundle.value.acceptances:
        accept = open_signed(SetoffAccept, write(one.accept), one.accept_sig, find_key)
        check_accept(accept.value, proposal)
    return bundle


def proposal_in(bundle: SetoffBundle, find_key: FindKey) -> Signed[SetoffProposal]:
    """Prove the proposal that a bundle decides."""
    content = write(bundle.proposal)
    return open_signed(SetoffProposal, content, bundle.proposal_sig, find_key)


def proposal_digest_in(bundle: SetoffBundle) -> str:
    """Return the digest of the proposal that a bundle decides."""
    return canonical.digest(write(bundle.proposal))


def check_accept(accept: SetoffAccept, proposal: Signed[SetoffProposal]) -> None:
    """Refuse an acceptance that is not of exactly this node's part of the proposal."""
    check_about(accept.setoff_id, accept.proposal_digest, proposal)
    asked = [edge.ends for edge in proposal.value.edges_of(accept.node)]
    told = [(one.debtor, one.creditor) for one in accept.amounts]
    if told != asked:
        raise schema_invalid("The acceptance is not of all that its node has part in.")
    if len({(one.amount.currency, one.amount.scale) for one in accept.amounts}) != 1:
        raise schema_invalid("The acceptance counts in more than one currency.")
    if not _is_at_one_rate(accept, proposal.value):
        raise schema_invalid("The acceptance counts its edges at more than one rate.")


def check_about(setoff_id: str, digest: str, proposal: Signed[SetoffProposal]) -> None:
    """Refuse words about another proposal than this."""
    if (setoff_id, digest) != (proposal.value.setoff_id, proposal.digest):
        detail = "These words are about another proposal of this id."
        raise FederationError(Problem.TRADE_CONFLICT, detail)


def _is_at_one_rate(accept: SetoffAccept, proposal: SetoffProposal) -> bool:
    """Whether one rate makes every amount of its edge's hours, each rounded down.

    Else a party would be forgiven more than it forgives, by its own books.
    """
    hours = (edge.hours for edge in proposal.edges_of(accept.node))
    told = [(one.amount.amount, of) for one, of in zip(accept.amounts, hours, strict=True)]
    least = max(Fraction(amount, of) for amount, of in told)
    return all(least < Fraction(amount + 1, of) for amount, of in told)


def _positions(edges: Iterable[SetoffEdge]) -> Counter[str]:
    """Return by how much each party would be better off: by nothing, if it is sound."""
    positions = Counter[str]()
    for edge in edges:
        positions[edge.debtor] += edge.hours
        positions[edge.creditor] -= edge.hours
    return positions
