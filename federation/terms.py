"""What two nodes agree, as an object both sign; only the lender raises a credit line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from msgspec.structs import replace

from federation.errors import FederationError, Problem, signature_invalid
from federation.keys import PublicKey
from federation.objects import Allowance, Rate, SignedObject
from federation.signed import Signature, Signed, prove
from federation.wire import Body, KeyId, Moment, NodeName, Positive, Token


class Party(Body, frozen=True, kw_only=True):
    """One side of an agreement, and how much it lets the other owe it."""

    node: NodeName
    kid: KeyId
    credit_line: Allowance
    rate: Rate
    share_offers: Token
    allow_requests: bool
    allow_as_hub: bool


class Agreement(SignedObject, frozen=True, kw_only=True, tag="peering"):
    """The terms of a peering; in force when both have signed."""

    signed_by: ClassVar[str] = "author"

    peering_id: Token
    terms_version: Positive
    author: NodeName
    parties: tuple[Party, Party]
    created_at: Moment

    def __post_init__(self) -> None:
        first, second = (party.node for party in self.parties)
        if not first < second:
            raise ValueError("the parties differ and stand in the order of their names")
        if self.author not in {first, second}:
            raise ValueError("the author is one of the parties")

    def party(self, node: str) -> Party:
        return self.parties[self.parties[0].node != node]


def check_change(old: Agreement, new: Agreement) -> None:
    """Refuse terms that do not follow on from the old or raise what only others may."""
    other = next(party.node for party in old.parties if party.node != new.author)
    before, after = old.party(other), new.party(other)
    same = [party.node for party in old.parties] == [party.node for party in new.parties]
    if not same or new.peering_id != old.peering_id:
        raise _unfit("They are the terms of another peering.")
    if new.terms_version != old.terms_version + 1:
        raise _unfit(f"They should be version {old.terms_version + 1}.")
    if after.credit_line.amount > before.credit_line.amount or (
        (after.kid, after.rate) != (before.kid, before.rate)
    ):
        raise _unfit("Only the lender raises a credit line, and each its own side.")


def is_unilateral(old: Agreement, new: Agreement) -> bool:
    """Whether the new terms need no consent: the author only lends more."""
    other = next(party.node for party in old.parties if party.node != new.author)
    before, after = old.party(new.author), new.party(new.author)
    return new.party(other) == old.party(other) and _lends_more(before, after)


def _lends_more(before: Party, after: Party) -> bool:
    amount = max(before.credit_line.amount, after.credit_line.amount)
    raised = replace(before.credit_line, amount=amount)
    return after == replace(before, credit_line=raised)


def prove_both(
    signed: Signed[Agreement],
    signatures: tuple[Signature, ...],
    keys: Mapping[str, PublicKey],
) -> None:
    """Refuse an agreement that not both parties have signed; `keys` is by keyid."""
    by_keyid = {signature.keyid: signature for signature in signatures}
    for party in signed.value.parties:
        held = by_keyid.get(party.kid)
        if held is None:
            raise signature_invalid(f"{party.node} has not signed the agreement")
        prove(signed.content, Agreement, held, keys.get(party.kid))


def _unfit(why: str) -> FederationError:
    return FederationError(Problem.SCHEMA_INVALID, f"These terms cannot follow. {why}")
