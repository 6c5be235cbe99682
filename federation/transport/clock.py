"""The time and the randomness that a message is stamped with."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import TypeAlias

from federation.signing import Stamp

Clock: TypeAlias = Callable[[], int]


def unix_time() -> int:
    return int(time.time())


def new_stamp(now: int) -> Stamp:
    """Stamp a message with a nonce of 144 bits."""
    return Stamp(now, secrets.token_urlsafe(18))
