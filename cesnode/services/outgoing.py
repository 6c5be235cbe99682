"""Every kind of letter to a peer: where it goes, and what its answer does."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cesnode.services.clearing import letters
from cesnode.services.clearing.letters import Kind
from cesnode.services.peering import agreeing, standing
from federation import endpoints

PEERING: Mapping[str, Kind] = MappingProxyType(
    {
        agreeing.LETTER: Kind(endpoints.PEERING_TERMS, agreeing.answered),
        standing.PAUSE_LETTER: Kind(endpoints.PEERING_PAUSE, letters.told),
    }
)
"""About the peering itself: a command sends these at once, if it can."""

KINDS: Mapping[str, Kind] = MappingProxyType({**letters.KINDS, **PEERING})
