"""Where the pages are, and what the keepers of an exchange decide about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cesnode.web.colours import Colour

FRONT = "/"
NUMBERS = "/numbers"
STYLEGUIDE = "/-/styleguide"

ADDRESSES: Mapping[str, str] = MappingProxyType({"front": FRONT, "numbers": NUMBERS})
"""Where a page leads from every other one."""

BRAND = Colour.read("#1d6350")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The one colour of the pages, and how to reach a person; no way is an empty text."""

    brand: Colour = BRAND
    contact: str = ""
    email: str = ""
    phone: str = ""

    @property
    def is_reachable(self) -> bool:
        return bool(self.email or self.phone)


PLAIN = Site()
