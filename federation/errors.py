"""What can go wrong between two nodes: one problem type each, as it crosses the wire.

Rule 1: a problem document is never a decision about money; only signed objects are.
Rule 2: what a peer may read is `detail`; the precise `reason` is for our own log.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from types import MappingProxyType
from typing import NamedTuple

import msgspec

PROBLEM_BASE = "https://cxn.example/problems/"
PROBLEM_JSON = "application/problem+json"


class Problem(StrEnum):
    SIGNATURE_INVALID = "signature-invalid"
    CLOCK_SKEW = "clock-skew"
    REPLAY = "replay"
    PEER_UNKNOWN = "peer-unknown"
    PEER_PAUSED = "peer-paused"
    VERSION_UNSUPPORTED = "version-unsupported"
    SCHEMA_INVALID = "schema-invalid"
    TOO_LARGE = "too-large"
    NOT_FOUND = "not-found"
    TRADE_CONFLICT = "trade-conflict"
    PAYEE_UNAVAILABLE = "payee-unavailable"
    LIMIT_EXCEEDED = "limit-exceeded"
    PAYER_LIMIT = "payer-limit"
    AMOUNT_INVALID = "amount-invalid"
    RATE_CHANGED = "rate-changed"
    EXPIRED = "expired"
    NOT_ROUTABLE = "not-routable"
    HOP_LIMIT = "hop-limit"
    INVITE_INVALID = "invite-invalid"
    INVITE_USED = "invite-used"
    CHECKPOINT_MISMATCH = "checkpoint-mismatch"
    GROUP_UNAVAILABLE = "group-unavailable"
    GROUP_REFUSED = "group-refused"
    RATE_LIMITED = "rate-limited"
    MOVED = "moved"
    BUSY = "busy"
    MAINTENANCE = "maintenance"

    @property
    def uri(self) -> str:
        return PROBLEM_BASE + self

    @property
    def retryable(self) -> bool:
        """Whether the same bytes, signed afresh later, can end better."""
        return self in _RETRYABLE


class Nature(NamedTuple):
    status: HTTPStatus
    title: str


NATURE: Mapping[Problem, Nature] = MappingProxyType(
    {
        Problem.SIGNATURE_INVALID: Nature(
            HTTPStatus.UNAUTHORIZED, "The signature does not hold"
        ),
        Problem.CLOCK_SKEW: Nature(
            HTTPStatus.UNAUTHORIZED, "The clocks of the two nodes differ too much"
        ),
        Problem.REPLAY: Nature(HTTPStatus.UNAUTHORIZED, "This request was heard before"),
        Problem.PEER_UNKNOWN: Nature(
            HTTPStatus.FORBIDDEN, "This node has no peering with the sender"
        ),
        Problem.PEER_PAUSED: Nature(
            HTTPStatus.FORBIDDEN, "The peering is not open for this"
        ),
        Problem.VERSION_UNSUPPORTED: Nature(
            HTTPStatus.BAD_REQUEST, "This node speaks cxn-fed/1"
        ),
        Problem.SCHEMA_INVALID: Nature(
            HTTPStatus.BAD_REQUEST, "The message is not of the agreed form"
        ),
        Problem.TOO_LARGE: Nature(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The message is too large"
        ),
        Problem.NOT_FOUND: Nature(HTTPStatus.NOT_FOUND, "There is nothing at this address"),
        Problem.TRADE_CONFLICT: Nature(
            HTTPStatus.CONFLICT, "The id was used for another trade"
        ),
        Problem.PAYEE_UNAVAILABLE: Nature(
            HTTPStatus.NOT_FOUND, "The payee cannot be paid here"
        ),
        Problem.LIMIT_EXCEEDED: Nature(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "The trade would exceed what the exchanges agreed",
        ),
        Problem.PAYER_LIMIT: Nature(
            HTTPStatus.UNPROCESSABLE_ENTITY, "The payer's limit does not allow this"
        ),
        Problem.AMOUNT_INVALID: Nature(
            HTTPStatus.UNPROCESSABLE_ENTITY, "The amount cannot be traded"
        ),
        Problem.RATE_CHANGED: Nature(
            HTTPStatus.UNPROCESSABLE_ENTITY, "The rate has changed since the quote"
        ),
        Problem.EXPIRED: Nature(HTTPStatus.UNPROCESSABLE_ENTITY, "The order has expired"),
        Problem.NOT_ROUTABLE: Nature(
            HTTPStatus.UNPROCESSABLE_ENTITY, "No way leads to that node"
        ),
        Problem.HOP_LIMIT: Nature(
            HTTPStatus.UNPROCESSABLE_ENTITY, "The way is too long or too slow"
        ),
        Problem.INVITE_INVALID: Nature(
            HTTPStatus.BAD_REQUEST, "The invitation is not valid"
        ),
        Problem.INVITE_USED: Nature(HTTPStatus.CONFLICT, "The invitation was used before"),
        Problem.CHECKPOINT_MISMATCH: Nature(
            HTTPStatus.CONFLICT, "The two nodes' statements differ"
        ),
        Problem.GROUP_UNAVAILABLE: Nature(
            HTTPStatus.NOT_FOUND, "There is no such group for this guest"
        ),
        Problem.GROUP_REFUSED: Nature(
            HTTPStatus.FORBIDDEN, "The group's home does not take this"
        ),
        Problem.RATE_LIMITED: Nature(HTTPStatus.TOO_MANY_REQUESTS, "Too many requests"),
        Problem.MOVED: Nature(
            HTTPStatus.MISDIRECTED_REQUEST, "The node has moved to another address"
        ),
        Problem.BUSY: Nature(HTTPStatus.SERVICE_UNAVAILABLE, "The node is busy"),
        Problem.MAINTENANCE: Nature(
            HTTPStatus.SERVICE_UNAVAILABLE, "The node is being looked after"
        ),
    }
)

_RETRYABLE = frozenset(
    {
        Problem.CLOCK_SKEW,
        Problem.REPLAY,
        Problem.PEER_PAUSED,
        Problem.RATE_LIMITED,
        Problem.MOVED,
        Problem.BUSY,
        Problem.MAINTENANCE,
    }
)


class FederationError(Exception):
    """An expected failure a peer may be told about."""

    def __init__(
        self,
        problem: Problem,
        detail: str,
        *,
        reason: str = "",
        members: Mapping[str, str | int | msgspec.Struct] = MappingProxyType({}),
    ) -> None:
        super().__init__(detail)
        self.problem = problem
        self.detail = detail
        self.reason = reason or detail
        self.members = members

    def document(self, instance: str) -> bytes:
        """Write the problem as RFC 9457 has it."""
        nature = NATURE[self.problem]
        return msgspec.json.encode(
            {
                "type": self.problem.uri,
                "title": nature.title,
                "status": nature.status.value,
                "detail": self.detail,
                "instance": instance,
                **self.members,
            }
        )


def signature_invalid(reason: str) -> FederationError:
    """One answer for every failure of a signature; the reason stays in our log."""
    detail = "The signature of this message does not hold."
    return FederationError(Problem.SIGNATURE_INVALID, detail, reason=reason)


def schema_invalid(detail: str) -> FederationError:
    return FederationError(Problem.SCHEMA_INVALID, detail)


class _Told(msgspec.Struct):
    type: str


def read_problem(document: bytes) -> Problem | None:
    """Return the type a peer's problem document names, or None for one we do not know."""
    try:
        told = msgspec.json.decode(document, type=_Told).type
        return Problem(told.removeprefix(PROBLEM_BASE))
    except (msgspec.MsgspecError, ValueError):
        return None
