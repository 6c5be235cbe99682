"""Reads what a browser says it would rather have ("de-CH, fr;q=0.8, *;q=0.1")."""

from __future__ import annotations

import re
from collections.abc import Mapping

_CHOICE = re.compile(r"([A-Za-z0-9*-]{1,40})(?:;q=(0(?:\.\d{1,3})?|1(?:\.0{1,3})?))?")


def preferences(header: str) -> Mapping[str, float]:
    """Return what is acceptable, in lower case, the dearest first.

    What is not written as it should be is passed over: a page is better than none.
    """
    found = (_CHOICE.fullmatch(part.replace(" ", "")) for part in header.split(","))
    weighed = {choice[1].lower(): float(choice[2] or 1) for choice in found if choice}
    acceptable = ((name, weight) for name, weight in weighed.items() if weight > 0)
    return dict(sorted(acceptable, key=lambda choice: choice[1], reverse=True))
