"""What the command line and the JSON interface say of peers, in the same words."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.ledger.money import render
from cesnode.services import terms
from cesnode.services.clearing import limits, noting
from cesnode.services.clearing.here import Here, own_unit
from cesnode.services.clearing.limits import Usage
from cesnode.services.clearing.noting import Limit
from cesnode.services.clearing.watching import WAITING
from cesnode.services.peering import standing
from cesnode.services.peering.introducing import Introduction
from cesnode.services.peering.wishes import fee_text, largest_text, settings_of
from cesnode.services.views import instant, instant_or_none
from cesnode.store import (
    Reader,
    accounts,
    alarms,
    invites,
    moves,
    peer_keys,
    peerings,
    peers,
    remote_trades,
    trades,
)
from cesnode.store.alarms import Alarm
from cesnode.store.invites import Given
from cesnode.store.peers import Peer
from federation.discovery import fingerprint_words
from federation.invite import Invite

_WRONG = frozenset({"mismatch", "fork"})


class AlarmView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a person has to look at: of which peer, and which trade, if any."""

    id: int
    peer: str | None
    trade: str | None
    at: str
    kind: str
    wire_id: str | None
    details: str


class UsageView(msgspec.Struct, frozen=True, kw_only=True):
    """A limit that is used up to 80 % or more: which, how far, and how much it is."""

    which: str
    used: str
    limit: str
    percent: int


class LimitView(msgspec.Struct, frozen=True, kw_only=True):
    """What was lent from an entry of a chain on, by the terms that both have signed.

    `by_us` tells who lends; the amount is in the lender's currency.
    """

    by_us: bool
    seq: int
    terms_version: int
    credit_line: str
    currency: str
    noted_at: str


class PeerView(msgspec.Struct, frozen=True, kw_only=True):
    """How we stand to another exchange.

    Amounts are in our own currency, but for `their_credit_line`, which is in theirs.  A
    positive balance is what we owe them.  `noted_limits` are those that the two chains
    tell, the oldest first.  `asked_us` tells that they took up our
    invitation, `approved` that our side has signed.  `node` is its name, which stays where
    its address does not; `moving_to` is where it says it will be, and was not found yet.
    """

    code: str
    node: str
    origin: str
    name: str
    state: str
    paused_there: bool
    asked_us: bool
    approved: bool
    account: str
    balance: str
    held: str
    credit_line: str
    max_we_owe: str
    max_trade: str | None
    daily_volume: str | None
    their_credit_line: str
    currency: str
    currency_name: str
    scale: int
    hour_value: str
    one_of_theirs: str
    allow_requests: bool
    allow_as_hub: bool
    hub_fee: str
    shares_market: bool
    carries_messages: bool
    shares_groups: bool
    terms_version: int
    in_flight: int
    reconciliation: str
    reconciled_at: str | None
    recovering: bool
    last_seen: str | None
    last_error: str | None
    fingerprints: list[str]
    alarms: list[AlarmView]
    near_limits: list[UsageView]
    noted_limits: list[LimitView]
    moving_to: str | None
    put_away_at: str | None

    @property
    def needs_attention(self) -> bool:
        """Whether a person should look at something about this peer."""
        calls = any(one.kind != WAITING for one in self.alarms)
        return calls or bool(self.near_limits) or self.reconciliation in _WRONG


class InviteView(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation just made; it is shown this once."""

    invite: str
    credit_line: str
    expires_at: str
    fingerprint: str


class MeetingView(msgspec.Struct, frozen=True, kw_only=True):
    """The exchange an invitation leads to, as its own card has it."""

    name: str
    origin: str
    currency: str
    hour_value: str
    one_of_theirs: str
    fingerprint: str
    own_fingerprint: str


def every(reader: Reader, exchange: Exchange, *, put_away: bool = False) -> list[PeerView]:
    """Show every peer; those that were put away only if they are asked for."""
    return [
        peer(reader, exchange, one)
        for one in peers.every(reader)
        if put_away or one.put_away_at is None
    ]


def peer(reader: Reader, exchange: Exchange, peer: Peer) -> PeerView:
    currency = exchange.currency
    account = accounts.by_id(reader, peer.clearing)
    position = account.position
    agreed = peerings.agreement(reader, peer.id)
    return PeerView(
        code=peer.code,
        node=peer.node,
        origin=peer.origin,
        name=peer.name,
        state=peer.state,
        paused_there=peer.paused_there,
        asked_us=invites.find(reader, peerings.invited_with(reader, peer.id)) is not None,
        approved=agreed is not None and bool(agreed.signatures),
        account=account.number,
        balance=render(position.balance, currency),
        held=render(position.held_in + position.held_out, currency),
        credit_line=render(peer.credit_line, currency),
        max_we_owe=render(standing.most_we_owe(exchange, peer), currency),
        max_trade=largest_text(exchange, settings_of(peer)),
        daily_volume=terms.limit_text(peer.daily_volume, currency),
        their_credit_line=in_units(peer.their_credit_line, peer.scale),
        currency=peer.currency,
        currency_name=peer.currency_name,
        scale=peer.scale,
        hour_value=terms.ratio_text(1 / peer.rate),
        one_of_theirs=_worth(exchange, peer.rate),
        allow_requests=peer.allow_requests,
        allow_as_hub=peer.allow_as_hub,
        hub_fee=fee_text(exchange, settings_of(peer)),
        shares_market=peer.shares_market,
        carries_messages=peer.carries_messages,
        shares_groups=peer.shares_groups,
        terms_version=peer.terms_version,
        in_flight=len(remote_trades.held_with(reader, peer.id)),
        reconciliation=peer.reconciliation,
        reconciled_at=instant_or_none(peer.reconciled_at),
        recovering=peer.recovering,
        last_seen=instant_or_none(peer.last_seen_at),
        last_error=peer.last_error,
        fingerprints=[
            fingerprint_words(key.keyid) for key in peer_keys.of_peer(reader, peer)
        ],
        alarms=[
            alarm(reader, one, peer)
            for one in alarms.standing(reader)
            if one.peer == peer.id
        ],
        near_limits=near_limits(exchange, limits.usages(reader, exchange, peer)),
        noted_limits=[limit(one, peer) for one in noting.history(reader, peer)],
        moving_to=_moving_to(reader, peer),
        put_away_at=instant_or_none(peer.put_away_at),
    )


def _moving_to(reader: Reader, peer: Peer) -> str | None:
    """Return where a peer says that it will be, and was not found yet."""
    told = moves.last_of(reader, peer.id)
    if told is None or told.confirmed_at is not None:
        return None
    return told.move.value.new_origin


def alarm(reader: Reader, alarm: Alarm, peer: Peer | None) -> AlarmView:
    return AlarmView(
        id=alarm.id,
        peer=peer.code if peer else None,
        trade=ref_of(reader, alarm.wire_id),
        at=instant(alarm.at),
        kind=alarm.kind,
        wire_id=alarm.wire_id,
        details=alarm.details,
    )


def limit(one: Limit, peer: Peer) -> LimitView:
    lent = one.credit_line
    return LimitView(
        by_us=one.edge.debtor == peer.node,
        seq=one.seq,
        terms_version=one.version,
        credit_line=in_units(lent.amount, lent.scale),
        currency=lent.currency,
        noted_at=instant(one.noted_at),
    )


def near_limits(exchange: Exchange, usages: Iterable[Usage]) -> list[UsageView]:
    """Return the limits that are nearly or wholly used."""
    currency = exchange.currency
    return [
        UsageView(
            which=one.which,
            used=render(one.used, currency),
            limit=render(one.limit or 0, currency),
            percent=one.percent,
        )
        for one in usages
        if one.is_near
    ]


def invite(exchange: Exchange, made: Invite, given: Given) -> InviteView:
    return InviteView(
        invite=made.text,
        credit_line=render(given.credit_line, exchange.currency),
        expires_at=instant(given.expires_at),
        fingerprint=fingerprint_words(made.keyid),
    )


def meeting(exchange: Exchange, here: Here, found: Introduction) -> MeetingView:
    facts = found.facts
    return MeetingView(
        name=facts.name,
        origin=facts.origin,
        currency=facts.currency_name,
        hour_value=terms.ratio_text(1 / facts.rate),
        one_of_theirs=_worth(exchange, facts.rate),
        fingerprint=found.fingerprint,
        own_fingerprint=fingerprint_words(here.key.keyid),
    )


def _worth(exchange: Exchange, hours: Fraction) -> str:
    """Return how many of our units one of another currency is worth."""
    return terms.ratio_text(hours / own_unit(exchange).hours)


def in_units(amount: int, scale: int) -> str:
    whole, part = divmod(amount, 10**scale)
    return f"{whole}.{part:0{scale}}" if scale else str(whole)


def ref_of(reader: Reader, wire_id: str | None) -> str | None:
    """Return how people here call the trade of a wire id, if it is one of ours."""
    remote = remote_trades.by_wire_id(reader, wire_id) if wire_id else None
    if remote is None or remote.trade is None:
        return None
    return trades.by_id(reader, remote.trade).ref
