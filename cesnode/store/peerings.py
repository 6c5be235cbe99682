"""How peerings begin, what we decide about them, and what both sides agreed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import msgspec

from cesnode.store import peers
from cesnode.store.database import Reader, Writer
from federation.peering import State
from federation.signed import Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a peer's card says of it."""

    node: str
    origin: str
    name: str
    currency: str
    currency_name: str
    scale: int
    rate: Fraction  # hours that one unit of it is worth
    box_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """How a peering begins: by which invitation, and with which account of ours."""

    state: State
    peering_id: str
    clearing: int
    token_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What we decide about a peer; amounts are in our own currency, None is no limit."""

    credit_line: int = 0
    max_we_owe: int | None = None
    max_trade: int | None = None
    max_trade_percent: int | None = None  # of the credit line, in place of an amount
    daily_volume: int | None = None
    allow_requests: bool = True
    allow_as_hub: bool = False
    hub_fee_share: int = 0  # parts of a million
    hub_fee_fixed: int = 0
    shares_market: bool = True
    carries_messages: bool = True
    shares_groups: bool = False


@dataclass(frozen=True, slots=True)
class Agreed:
    """The agreement as it is kept, and who has signed it: nobody, one side, or both."""

    content: bytes
    signatures: tuple[Signature, ...]


_INSERT = """
INSERT INTO peers (node, origin, name, currency, currency_name, scale, rate_n, rate_d,
    box_key, code, state, peering_id, clearing_id, invite_token, created_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_REINTRODUCE = """
UPDATE peers SET origin = ?, name = ?, currency_name = ?, rate_n = ?, rate_d = ?,
    box_key = ?, state = ?, paused_there = 0, peering_id = ?, invite_token = ?,
    agreement = NULL, signatures = '[]', put_away_at = NULL
WHERE id = ?
"""


def insert(writer: Writer, facts: Facts, meeting: Meeting, *, code: str, now: int) -> int:
    """Store a peer that asks, or is asked, to be one; return its id."""
    return writer.insert(
        _INSERT,
        (
            facts.node,
            facts.origin,
            facts.name,
            facts.currency,
            facts.currency_name,
            facts.scale,
            facts.rate.numerator,
            facts.rate.denominator,
            facts.box_key,
            code,
            meeting.state,
            meeting.peering_id,
            meeting.clearing,
            meeting.token_hash,
            now,
        ),
    )


def reintroduce(writer: Writer, peer: int, facts: Facts, meeting: Meeting) -> None:
    """Begin anew with a peer whose peering was closed; its account and chains go on."""
    peers.change(
        writer,
        _REINTRODUCE,
        (
            facts.origin,
            facts.name,
            facts.currency_name,
            facts.rate.numerator,
            facts.rate.denominator,
            facts.box_key,
            meeting.state,
            meeting.peering_id,
            meeting.token_hash,
            peer,
        ),
    )


def invited_with(reader: Reader, peer: int) -> str:
    """Return the hash of the invitation's token, ours or theirs, that it began with."""
    (token_hash,) = reader.one("SELECT invite_token FROM peers WHERE id = ?", (peer,))
    return str(token_hash)


def set_settings(writer: Writer, peer: int, settings: Settings) -> None:
    peers.change(
        writer,
        "UPDATE peers SET credit_line = ?, max_we_owe = ?, max_trade = ?,"
        " max_trade_percent = ?, daily_volume = ?, allow_requests = ?, allow_as_hub = ?,"
        " hub_fee_share = ?, hub_fee_fixed = ?, shares_market = ?, carries_messages = ?,"
        " shares_groups = ? WHERE id = ?",
        (
            settings.credit_line,
            settings.max_we_owe,
            settings.max_trade,
            settings.max_trade_percent,
            settings.daily_volume,
            settings.allow_requests,
            settings.allow_as_hub,
            settings.hub_fee_share,
            settings.hub_fee_fixed,
            settings.shares_market,
            settings.carries_messages,
            settings.shares_groups,
            peer,
        ),
    )


def agreement(reader: Reader, peer: int) -> Agreed | None:
    content, signatures = reader.one(
        "SELECT agreement, signatures FROM peers WHERE id = ?", (peer,)
    )
    if content is None:
        return None
    signed = msgspec.json.decode(signatures, type=tuple[Signature, ...])
    return Agreed(bytes(content), signed)


def set_agreement(writer: Writer, peer: int, agreed: Agreed) -> None:
    """Keep an agreement, proposed or in force; what follows from it is set_terms()."""
    peers.change(
        writer,
        "UPDATE peers SET agreement = ?, signatures = ? WHERE id = ?",
        (agreed.content, msgspec.json.encode(agreed.signatures).decode(), peer),
    )


def set_terms(
    writer: Writer, peer: int, *, version: int, their_credit_line: int, rate: Fraction
) -> None:
    """Take over what an agreement in force says of the other side."""
    peers.change(
        writer,
        "UPDATE peers SET terms_version = ?, their_credit_line = ?, rate_n = ?, rate_d = ?"
        " WHERE id = ?",
        (version, their_credit_line, rate.numerator, rate.denominator, peer),
    )
