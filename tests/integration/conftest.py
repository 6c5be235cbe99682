"""A village to act in: three members, a coordinator, an admin, and a token for each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from cesnode.app import build_app
from cesnode.community.roles import OPERATOR, Role, Scope
from cesnode.services import access
from cesnode.services.membership import helping
from cesnode.store import Store, Writer, keyring
from cesnode.store.store import reading, writing
from tests.support.exchanges import NOW, Person, dump, join
from tests.support.visitors import Guest, signed_in

API = "/api/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Village:
    folder: Path
    ann: Person
    bob: Person
    cem: Person
    dora: Person
    """The coordinator of the North, where Ann and Bob live."""
    eva: Person
    """The admin."""
    tokens: Mapping[str, str]
    """By the account's number."""

    def everything(self) -> Mapping[str, list[Any]]:
        """Return every row of every table."""
        with reading(self.folder) as reader:
            return dump(reader)


@pytest.fixture
def village(founded: Path) -> Village:
    keyring.ensure(founded)
    with writing(founded) as writer:
        ann = join(writer, "Ann Ash", area="North")
        bob = join(writer, "Bob Beech", area="North")
        cem = join(writer, "Cem Cedar", area="South")
        dora = join(writer, "Dora Dale", area="North", role=Role.COORDINATOR)
        eva = join(writer, "Eva Elm", role=Role.ADMIN)
        people = (ann, bob, cem, dora, eva)
        tokens = {person.number: token(writer, person) for person in people}
    return Village(
        folder=founded, ann=ann, bob=bob, cem=cem, dora=dora, eva=eva, tokens=tokens
    )


def token(writer: Writer, person: Person, scope: Scope = Scope.ADMIN) -> str:
    made = access.create_token(
        writer, OPERATOR, person.number, scope=scope, label="", now=NOW
    )
    return made.text


class Api:
    """A program that speaks to the node, for one member at a time."""

    def __init__(self, client: TestClient[Any, Any], village: Village) -> None:
        self.client = client
        self._village = village

    def headers(self, person: Person) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._village.tokens[person.number]}"}

    async def get(self, path: str, person: Person, **query: str) -> ClientResponse:
        return await self.client.get(API + path, params=query, headers=self.headers(person))

    async def post(
        self, path: str, person: Person, body: Mapping[str, object] | None = None
    ) -> ClientResponse:
        return await self.client.post(API + path, json=body, headers=self.headers(person))


@pytest.fixture
async def api(aiohttp_client: AiohttpClient, village: Village) -> AsyncIterator[Api]:
    store = Store(village.folder)
    client = await aiohttp_client(build_app(store, clock=lambda: NOW))
    yield Api(client, village)
    await client.close()
    await store.close()


PASSWORD = "correct horse"  # noqa: S105 - of nobody
HASH = access.hash_password(PASSWORD)


@dataclass(slots=True)
class House:
    """A node that is served to browsers, and its clock.  Ann has a password."""

    client: TestClient[Any, Any]
    store: Store
    village: Village
    now: int = NOW

    def guest(self) -> Guest:
        return Guest(self.client)

    async def visitor(self, name: str = "ann", *, second_step: bool = False) -> Guest:
        """Return somebody of the village with a browser that is signed in."""
        person = getattr(self.village, name)
        return await signed_in(
            self.client, self.store, person, second_step=second_step, now=self.now
        )


@pytest.fixture
async def house(aiohttp_client: AiohttpClient, village: Village) -> AsyncIterator[House]:
    with writing(village.folder) as writer:
        helping.set_password(
            writer, OPERATOR, village.ann.number, password_hash=HASH, now=NOW
        )
    store = Store(village.folder)
    opened: list[House] = []
    app = build_app(store, clock=lambda: opened[0].now if opened else NOW)
    opened.append(House(await aiohttp_client(app), store, village))
    yield opened[0]
    await opened[0].client.close()
    await store.close()
