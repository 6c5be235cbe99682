"""Which languages the node speaks to people, on pages and in letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Language:
    """A language, under the name that those who speak it use."""

    code: str
    name: str
    direction: str = "ltr"


SOURCE = Language("en", "English")
LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {
        language.code: language
        for language in (
            SOURCE,
            Language("es", "Español"),
            Language("ca", "Català"),
            Language("fr", "Français"),
            Language("pt", "Português"),
            Language("de", "Deutsch"),
            Language("ar", "العربية", "rtl"),
        )
    }
)
