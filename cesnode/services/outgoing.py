"""Every kind of letter to a peer: where it goes, and what its answer does."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cesnode.services.clearing import chains, disputing, forcing, letters, settling
from cesnode.services.clearing.letters import Kind
from cesnode.services.messages import relaying
from cesnode.services.peering import agreeing, rotating, standing
from federation import endpoints

PEERING: Mapping[str, Kind] = MappingProxyType(
    {
        agreeing.LETTER: Kind(endpoints.PEERING_TERMS, agreeing.answered),
        standing.PAUSE_LETTER: Kind(endpoints.PEERING_PAUSE, letters.told),
        rotating.LETTER: Kind(endpoints.KEY_ROTATE, letters.told),
    }
)
"""About the peering itself."""

STANDING: Mapping[str, Kind] = MappingProxyType(
    {
        forcing.LETTER: Kind(endpoints.FORCED_VOID, letters.decided),
        chains.NEWS_LETTER: Kind(endpoints.CHAIN_NEWS, letters.told),
        disputing.LETTER: Kind(endpoints.DISPUTE, letters.told),
        disputing.CHANGE_LETTER: Kind(endpoints.DISPUTE_CHANGE, letters.told),
        settling.LETTER: Kind(endpoints.SETTLEMENT, letters.told),
        settling.REFUSAL_LETTER: Kind(endpoints.SETTLEMENT_DECLINE, letters.told),
    }
)
"""About what stands between two exchanges beside single trades."""

MEMBERS: Mapping[str, Kind] = MappingProxyType(
    {relaying.LETTER: Kind(endpoints.MESSAGE, relaying.answered)}
)
"""What members write to each other."""

KINDS: Mapping[str, Kind] = MappingProxyType(
    {**letters.KINDS, **PEERING, **STANDING, **MEMBERS}
)

AT_ONCE = frozenset({*PEERING, *STANDING, chains.LETTER} - {forcing.LETTER})
"""What a command sends at once, if it can; what waits for a decision is not among it."""
