"""What a look at one thing finds: that it is well, or what to try."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

import msgspec

from cesnode.errors import NodeError
from cesnode.store.database import DiskFailed


class State(StrEnum):
    WELL = "well"
    ATTENTION = "attention"
    WRONG = "wrong"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at, how it is in a sentence, and what to try where it is not well."""

    name: str
    state: State
    says: str
    tip: str | None = None


def well(name: str, says: str) -> Finding:
    return Finding(name=name, state=State.WELL, says=says)


def attention(name: str, says: str, tip: str) -> Finding:
    return Finding(name=name, state=State.ATTENTION, says=says, tip=tip)


def wrong(name: str, says: str, tip: str) -> Finding:
    return Finding(name=name, state=State.WRONG, says=says, tip=tip)


@contextmanager
def of_errors(name: str, tip: str) -> Iterator[list[Finding]]:
    """Make a finding of what a look is refused for; the list holds it afterwards."""
    found: list[Finding] = []
    try:
        yield found
    except (NodeError, DiskFailed) as error:
        found.append(wrong(name, str(error), tip))
