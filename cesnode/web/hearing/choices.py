"""What the forms of news have in common: whom it is for, and where."""

from __future__ import annotations

from collections.abc import Mapping

from cesnode.community.news import Audience
from cesnode.services.news import reaching
from cesnode.store import Reader
from cesnode.web.addresses import number
from cesnode.web.asking import Asked
from cesnode.web.forms import Form


def places(reader: Reader, asked: Asked) -> Mapping[str, object]:
    """Return which members somebody may choose to tell."""
    everywhere, areas = reaching.kept_areas(reader, asked.visitor.actor)
    return {"everywhere": everywhere, "areas": areas}


def audience(form: Form) -> Audience:
    chosen = form.value("audience")
    return Audience.PUBLIC if chosen == Audience.PUBLIC else Audience.MEMBERS


def area(form: Form) -> int | None:
    return number(form.value("area"))


def numbered(text: str) -> int:
    """Read the number in an address; what is none is the number of nothing."""
    return number(text) or 0


def page_of(query: Mapping[str, str]) -> int:
    return number(query.get("page", "")) or 1
