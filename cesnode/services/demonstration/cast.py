"""The three communities of the demonstration, by their code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cesnode.services.demonstration.al_waha import AL_WAHA
from cesnode.services.demonstration.character import Character
from cesnode.services.demonstration.oakvale import OAKVALE
from cesnode.services.demonstration.vila_nova import VILA_NOVA

CAST: Mapping[str, Character] = MappingProxyType(
    {character.code: character for character in (OAKVALE, VILA_NOVA, AL_WAHA)}
)
