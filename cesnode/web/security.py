"""What a browser is told about pages, so that nobody else's words run in ours."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# No script and no style but our own files; no frame around us; forms lead only here.
_CONTENT = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": "; ".join(
            f"{directive} {sources}" for directive, sources in _CONTENT.items()
        ),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
    }
)
