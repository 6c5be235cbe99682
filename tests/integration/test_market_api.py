"""Offerings and wants for programs."""

from __future__ import annotations

from uuid import uuid4

import pytest

from cesnode.community.market import Kind
from cesnode.community.roles import OPERATOR
from cesnode.services.market import publishing
from cesnode.services.market.drafts import Draft
from cesnode.store.store import writing
from tests.integration.conftest import Api, Village
from tests.support.exchanges import NOW, Person


def put(village: Village, owner: Person, kind: Kind, draft: Draft) -> None:
    with writing(village.folder) as writer:
        publishing.publish(writer, OPERATOR, kind, owner.number, draft, id=uuid4(), now=NOW)


async def test_offerings_and_wants_are_found_each_at_its_own_address(
    api: Api, village: Village
) -> None:
    jam = Draft(title="Plum jam", price="3.5", unit="a jar")
    put(village, village.ann, Kind.OFFERING, jam)
    put(village, village.ann, Kind.WANT, Draft(title="Jam jars"))

    offerings = await (await api.get("/offerings?q=jam", village.bob)).json()
    wants = await (await api.get("/wants?q=jam", village.bob)).json()

    assert [each["title"] for each in wants] == ["Jam jars"]
    (offering,) = offerings
    assert offering["price"] == {"amount": "3.50", "currency": "OAKV"}
    assert (offering["owner"], offering["way"]) == (village.ann.number, "amount")


@pytest.mark.parametrize("query", ["page=0", "page=x", "category=-1"])
async def test_what_cannot_be_asked_is_refused(
    api: Api, village: Village, query: str
) -> None:
    response = await api.get(f"/offerings?{query}", village.bob)

    assert response.status == 422
    assert (await response.json(content_type=None))["code"] == "field_invalid"
