"""What a monitor may know: how much and how many, never who."""

from __future__ import annotations

from cesnode.community.roles import Actor, Permission, Scope
from cesnode.store import Reader, measures
from cesnode.store.measures import Measures


def measure(reader: Reader, actor: Actor) -> Measures:
    """Return the figures of this moment, for whoever may read everything."""
    actor.require_scope(Scope.READ)
    actor.require(Permission.READ_ALL)
    return measures.take(reader)
