"""A request that is proven, and what it must still pass before it is believed.

The order is that of the protocol: its signature has held (Verified), its nonce is new,
the peering allows it, and its path, query and body are of the agreed form.  The last
three belong into the transaction that acts on the request.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar
from urllib.parse import parse_qsl

import msgspec

from federation import wire
from federation.bodies import PeeringRequest
from federation.discovery import check_card, key_of
from federation.endpoints import PARAMETERS, Endpoint
from federation.errors import FederationError, Problem, schema_invalid
from federation.peering import State, check
from federation.signing import Claim, Sender, Verified

T = TypeVar("T", bound=msgspec.Struct)

Remember: TypeAlias = Callable[[str, str], bool]
"""Note a keyid and nonce for fifteen minutes; say whether the pair is new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A verified request, still to be admitted and read.

    `at_former_address`: it was signed for where the node was once, and reached it still.
    """

    endpoint: Endpoint
    parameters: Mapping[str, str]
    query: str
    verified: Verified
    at_former_address: bool = False

    @property
    def sender(self) -> str:
        return self.verified.sender

    def admit(self, state: State, remember: Remember) -> None:
        """Refuse a replay, and what the peering does not allow."""
        if not remember(self.verified.keyid, self.verified.nonce):
            detail = "This very request was heard before; please sign it afresh."
            raise FederationError(Problem.REPLAY, detail)
        check(state, self.endpoint.need)

    def parameter(self, name: str) -> str:
        """Return a part of the path, if it is of the form it should have."""
        value = self.parameters[name]
        if re.fullmatch(PARAMETERS[name], value) is None:
            raise schema_invalid(f"The {name} in the path is not one.")
        return value

    def body(self, kind: type[T]) -> T:
        return wire.read(self.verified.body, kind)

    def query_as(self, kind: type[T]) -> T:
        """Read the query, every part of it once and none unknown."""
        parts = parse_qsl(self.query, keep_blank_values=True)
        if len(dict(parts)) != len(parts):
            raise schema_invalid("The query names a part twice.")
        try:
            return msgspec.convert(dict(parts), kind, strict=False)
        except msgspec.ValidationError as error:
            raise schema_invalid(f"The query is not of the agreed form: {error}.") from None


def sender_of_card(claim: Claim) -> Sender | None:
    """Return who asks to peer, by the card in the request itself.

    Nobody is known by it yet: the invitation's token is what counts, and the same key
    must be found at the card's own origin.
    """
    card = wire.read(claim.request.body, PeeringRequest).card
    check_card(card)
    key = key_of(card, claim.keyid)
    return None if key is None else Sender(card.node, key)
