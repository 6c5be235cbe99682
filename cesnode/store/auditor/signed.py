"""What was signed by us or by others, as far as it can be read without their keys."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from cesnode.store.auditor.chain import canonical

_SIGNATURE = re.compile(
    r'\{"keyid":"[A-Za-z0-9_-]{43}","sig":"[A-Za-z0-9+/]{86}=="\}', re.ASCII
)


def read(body: bytes | None) -> dict[str, Any]:
    """Return what is written there; nothing, if it is no JSON object."""
    try:
        found = json.loads(body or b"")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def is_canonical(body: bytes) -> bool:
    """Whether bytes are in the one form that is ever signed."""
    return canonical(read(body)).encode() == body


def is_signature(text: str | None) -> bool:
    return text is not None and _SIGNATURE.fullmatch(text) is not None


def amount(words: dict[str, Any], name: str) -> int | None:
    """Return the amount of a member that is money."""
    money = words.get(name)
    return money.get("amount") if isinstance(money, dict) else None


def seconds(text: object) -> int | None:
    """Read a moment of the wire as Unix seconds."""
    try:
        return int(datetime.fromisoformat(str(text)).timestamp())
    except ValueError:
        return None
