"""What is to be seen of set-offs: those that are possible, those there are, and one."""

from __future__ import annotations

from cesnode.services.clearing.setoffs import deciding, views
from cesnode.store import Reader
from cesnode.web.asking import Asked, Sight


def every(reader: Reader, asked: Asked) -> Sight:
    actor = asked.visitor.actor
    possible = views.possible(reader, actor, now=asked.now)
    found = views.every(reader, asked.exchange, actor)
    return Sight("circles/list.html", {"possible": possible, "found": found})


def one(reader: Reader, asked: Asked) -> Sight:
    name = asked.path["id"]
    view = views.one(reader, asked.exchange, asked.visitor.actor, name)
    heard_at = deciding.known(reader, name).heard_at
    return Sight("circles/circle.html", {"view": view, "heard_at": heard_at})
