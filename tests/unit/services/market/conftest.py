"""Two people with something to give, and one of them with something to seek."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from cesnode.community.market import Kind
from cesnode.community.roles import OPERATOR, Actor
from cesnode.services.market import keeping, publishing
from cesnode.services.market.drafts import Draft
from cesnode.store import Writer
from cesnode.store.listings import Listing
from tests.support.exchanges import NOW, Person, acting_as


@dataclass(frozen=True, slots=True)
class Market:
    """What tests do with the market of an exchange."""

    writer: Writer
    categories: dict[str, int]

    def put(
        self,
        owner: Person,
        title: str,
        *,
        kind: Kind = Kind.OFFERING,
        actor: Actor | None = None,
        now: int = NOW,
        **draft: Any,  # noqa: ANN401 - Draft checks
    ) -> Listing:
        named = draft.get("category")
        if isinstance(named, str):
            draft["category"] = self.categories[named]
        return publishing.publish(
            self.writer,
            actor or acting_as(self.writer, owner),
            kind,
            owner.number,
            Draft(title=title, **draft),
            id=uuid4(),
            now=now,
        ).listing


@pytest.fixture
def market(writer: Writer) -> Market:
    tree = {"Food": ("🍞", ["Bread", "Jam"]), "Lifts": ("🚗", [])}
    keeping.begin(writer, OPERATOR, tree, now=NOW)
    return Market(writer, {each.name: each.id for each in keeping.tree(writer)})
