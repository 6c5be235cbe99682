"""How long the tests here may take: usually a little, for a soak much more."""

from __future__ import annotations

import os
from typing import TypeVar

T = TypeVar("T")

SOAKING = os.environ.get("CESNODE_SOAK") == "1"


def effort(usual: T, soak: T) -> T:
    return soak if SOAKING else usual
