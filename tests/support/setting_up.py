"""An exchange that was just founded, its admin in a browser, and archives they send."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import FormData
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from cesnode.app import build_app
from cesnode.community.roles import Role
from cesnode.store import Store
from tests.support.exchanges import NOW, found, join, oakvale
from tests.support.foreign import table
from tests.support.visitors import Guest, signed_in

FILES = {
    "community.csv": table("code,name,scale,hour_value", ("OAKV", "Oakvale", 2, 10)),
    "members.csv": table("number,name,balance", (7, "Ann", "5.00"), (8, "Bob", "-5.00")),
    "trades.csv": table("seller,buyer,amount,event_on", (7, 8, "5.00", "2020-01-02")),
    "offerings.csv": table("id,owner,title", (1, 7, "Bread"), (2, 99, "Nothing")),
}


@dataclass(frozen=True, slots=True)
class Empty:
    """An exchange in which there is nobody but who makes its rules."""

    folder: Path
    store: Store
    client: TestClient[Any, Any]
    admin: Guest


@asynccontextmanager
async def just_founded(folder: Path, aiohttp_client: AiohttpClient) -> AsyncIterator[Empty]:
    found(folder, oakvale())
    store = Store(folder)
    person = await store.write(join, "Ida Ivy", role=Role.ADMIN)
    client = await aiohttp_client(build_app(store, clock=lambda: NOW))
    admin = await signed_in(client, store, person, second_step=True)
    yield Empty(folder, store, client, admin)
    await client.close()
    await store.close()


async def send(guest: Guest, path: Path, **fields: str) -> str:
    """Send an archive, and return the page once it was tried out."""
    form = FormData({"system": "csv", **fields})
    content = path.read_bytes()  # noqa: ASYNC240 - a small one
    form.add_field("archive", content, filename=path.name)
    answer = await guest.post("/bring", form)  # type: ignore[arg-type]
    assert (answer.status, answer.headers["Location"]) == (303, "/bring")
    return await settled(guest)


async def settled(guest: Guest) -> str:
    """Look again, as the page does by itself, until nothing is under way."""
    while True:
        answer = await guest.get("/bring")
        assert answer.status == 200
        if "Refresh" not in answer.headers:
            return " ".join(re.sub(r"<[^>]*>", " ", await answer.text()).split())
