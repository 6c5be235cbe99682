"""What is sent to whoever reads something that is open to the whole world."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Access-Control-Allow-Origin": "*",  # so that other web sites can show it
        "Cache-Control": "public, max-age=900",
        "Vary": "Accept-Encoding, Accept-Language, Cookie",
    }
)
