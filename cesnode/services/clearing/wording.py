"""Words that come from another exchange, as far as people here may be shown them."""

from __future__ import annotations

from cesnode.community import words
from cesnode.errors import NodeError
from federation.errors import schema_invalid


def require_legible(text: str) -> str:
    """Return a peer's words as a member of ours could have written them, or refuse them."""
    try:
        return words.description(text)
    except NodeError as error:
        raise schema_invalid(str(error)) from None
