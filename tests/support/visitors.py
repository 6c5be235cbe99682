"""Signs people in, for the tests of pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient

from cesnode.services import identities, sessions
from cesnode.store import Store, Writer, sign_ins
from cesnode.web.forms import ID
from tests.support.exchanges import NOW, Person

COOKIE = "s"
"""The session's cookie of an exchange whose origin is not encrypted, as in tests."""
OURS = {"Sec-Fetch-Site": "same-origin"}


def sign_in(
    writer: Writer, person: Person, *, second_step: bool = False, now: int = NOW
) -> str:
    """Open a session without a password; return its secret, the cookie's value.

    `second_step`: as if they had one, without which an admin has no rights here.
    """
    sign_in = identities.ensure(writer, person.member, now=now)
    if second_step:
        sign_ins.set_totp(writer, sign_in, b"sealed")
        sign_ins.confirm_totp(writer, sign_in, now=now)
    return sessions.begin(writer, sign_in, device="Firefox on Linux", now=now)


class Guest:
    """Somebody with a browser, without scripts: cookies are kept, redirects not followed.

    `secret` is the cookie of a session; None for whoever is not signed in.
    """

    def __init__(self, client: TestClient[Any, Any], secret: str | None = None) -> None:
        self._client = client
        self.cookies: dict[str, str] = {} if secret is None else {COOKIE: secret}

    async def get(self, path: str, /, **headers: str) -> ClientResponse:
        return await self._ask("GET", path, None, headers)

    async def post(
        self, path: str, fields: Mapping[str, str] | None = None, /, **headers: str
    ) -> ClientResponse:
        return await self._ask("POST", path, fields or {}, {**OURS, **headers})

    async def follow(self, response: ClientResponse) -> ClientResponse:
        """Go where an answer leads."""
        return await self.get(response.headers["Location"])

    async def _ask(
        self,
        method: str,
        path: str,
        fields: Mapping[str, str] | None,
        headers: Mapping[str, str],
    ) -> ClientResponse:
        self._client.session.cookie_jar.clear()  # Its own, which all guests would share.
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        asked = {**headers, **({"Cookie": jar} if jar else {})}
        response = await self._client.request(
            method, path, data=fields, headers=asked, allow_redirects=False
        )
        for name, morsel in response.cookies.items():
            if morsel.value:
                self.cookies[name] = morsel.value
            else:
                self.cookies.pop(name, None)
        return response


async def signed_in(
    client: TestClient[Any, Any],
    store: Store,
    person: Person,
    *,
    second_step: bool = False,
    now: int = NOW,
) -> Guest:
    """Return somebody with a browser who is signed in."""
    secret = await store.write(sign_in, person, second_step=second_step, now=now)
    return Guest(client, secret)


def fields_of(html: str, **typed: str) -> Mapping[str, str]:
    """Return what a browser would send of a page's form, its one-time id included."""
    marker = f'name="{ID}" value="'
    _, _, rest = html.partition(marker)
    hidden = {ID: rest.partition('"')[0]} if rest else {}
    return {**hidden, **typed}
