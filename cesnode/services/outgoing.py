"""Every kind of letter to a peer: where it goes, and what its answer does."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cesnode.services.clearing import (
    announcing,
    chains,
    disputing,
    forcing,
    letters,
    passing_bills,
    settling,
)
from cesnode.services.clearing.letters import Kind
from cesnode.services.clearing.setoffs import arrivals as setoffs
from cesnode.services.clearing.setoffs import consenting, post
from cesnode.services.guests import answers, chronicle, copying, receiving, sending
from cesnode.services.messages import relaying
from cesnode.services.peering import agreeing, moving, rotating, standing
from federation import endpoints

PEERING: Mapping[str, Kind] = MappingProxyType(
    {
        agreeing.LETTER: Kind(endpoints.PEERING_TERMS, agreeing.answered),
        standing.PAUSE_LETTER: Kind(endpoints.PEERING_PAUSE, letters.told),
        rotating.LETTER: Kind(endpoints.KEY_ROTATE, letters.told),
        moving.LETTER: Kind(endpoints.NODE_MOVE, moving.answered),
    }
)
"""About the peering itself."""

STANDING: Mapping[str, Kind] = MappingProxyType(
    {
        forcing.LETTER: Kind(endpoints.FORCED_VOID, letters.decided),
        announcing.LETTER: Kind(endpoints.CHAIN_NEWS, letters.told),
        disputing.LETTER: Kind(endpoints.DISPUTE, letters.told),
        disputing.CHANGE_LETTER: Kind(endpoints.DISPUTE_CHANGE, letters.told),
        settling.LETTER: Kind(endpoints.SETTLEMENT, letters.told),
        settling.REFUSAL_LETTER: Kind(endpoints.SETTLEMENT_DECLINE, letters.told),
    }
)
"""About what stands between two exchanges beside single trades."""

BILLS: Mapping[str, Kind] = MappingProxyType(
    {passing_bills.LETTER: Kind(endpoints.TRADE_REQUEST, passing_bills.answered)}
)
"""What passes here between members of others."""

SETOFFS: Mapping[str, Kind] = MappingProxyType(
    {
        consenting.LETTER: Kind(endpoints.SETOFF_DEBTS, consenting.heard),
        post.PROPOSAL_LETTER: Kind(endpoints.SETOFF, setoffs.answered),
        post.WORD_LETTER: Kind(endpoints.SETOFF_ACCEPT, setoffs.weighed),
        post.BUNDLE_LETTER: Kind(endpoints.SETOFF_BUNDLE, letters.told),
        post.ABORT_LETTER: Kind(endpoints.SETOFF_ABORT, letters.told),
    }
)
"""About debts that are crossed out together."""

MEMBERS: Mapping[str, Kind] = MappingProxyType(
    {relaying.LETTER: Kind(endpoints.MESSAGE, relaying.answered)}
)
"""What members write to each other."""

GROUPS: Mapping[str, Kind] = MappingProxyType(
    {
        sending.LETTER: Kind(endpoints.GROUP_WISH, answers.answered),
        receiving.SEAT_LETTER: Kind(endpoints.GROUP_SEAT, answers.seat_told),
        chronicle.NEWS_LETTER: Kind(endpoints.GROUP_NEWS, letters.told),
        copying.CARDS_LETTER: Kind(endpoints.GROUPS, copying.cards_told, query=("after",)),
        copying.LOG_LETTER: Kind(endpoints.GROUP_LOG, copying.log_told, query=("after",)),
    }
)
"""About groups with members of several exchanges."""

KINDS: Mapping[str, Kind] = MappingProxyType(
    {**letters.KINDS, **PEERING, **STANDING, **BILLS, **SETOFFS, **MEMBERS, **GROUPS}
)

AT_ONCE = frozenset(
    {*PEERING, *STANDING, *SETOFFS, chains.LETTER}
    - {forcing.LETTER, moving.LETTER, post.WORD_LETTER}
)
"""What a command sends at once, if it can; what waits for a decision is not among it."""
