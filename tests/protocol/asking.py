"""A node that listens, and what it takes to ask it something."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient

from federation import discovery
from federation.arrival import Arrival
from federation.discovery import BoxJwk, Card, CardCurrency, Software, jwk_of, sign_card
from federation.errors import FederationError, Problem, read_problem
from federation.keys import PrivateKey, base64url
from federation.objects import Rate
from federation.peering import State
from federation.seal import BoxKey
from federation.signing import (
    Answer,
    Reply,
    Sent,
    Stamp,
    sign_request,
    verify_answer,
)

NOW = 1795300000
ORIGIN = "https://b.example"
PING = "/fed/v1/ping"

Peer: TypeAlias = TestClient[web.Request, web.Application]


@dataclass
class Listener:
    """The node behind the routes; it answers what a test tells it to."""

    reply: Reply | FederationError = field(default_factory=lambda: Reply(200, b"{}"))
    heard: list[Arrival] = field(default_factory=list)
    nonces: set[tuple[str, str]] = field(default_factory=set)

    async def receive(self, arrival: Arrival) -> Reply:
        arrival.admit(State.ACTIVE, self.remember)
        self.heard.append(arrival)
        if isinstance(self.reply, FederationError):
            raise self.reply
        return self.reply

    def remember(self, keyid: str, nonce: str) -> bool:
        new = (keyid, nonce) not in self.nonces
        self.nonces.add((keyid, nonce))
        return new


@dataclass(frozen=True)
class Told:
    """An answer, and what it should be bound to."""

    answer: Answer
    sent: Sent

    @property
    def problem(self) -> Problem | None:
        return read_problem(self.answer.body)

    def is_signed_by(self, key: PrivateKey) -> bool:
        verify_answer(self.answer, self.sent, {key.keyid: key.public}, NOW)
        return True


async def as_answer(response: ClientResponse) -> Answer:
    headers = tuple(response.headers.items())
    return Answer(status=response.status, headers=headers, body=await response.read())


_nonces = iter(range(10_000))


async def ask(
    peer: Peer,
    key: PrivateKey,
    method: str = "GET",
    path: str = PING,
    body: bytes = b"",
    *,
    created: int = NOW,
    nonce: str = "",
    headers: dict[str, str] | None = None,
) -> Told:
    fields, sent = sign_request(
        key,
        method=method,
        target_uri=ORIGIN + path,
        body=body,
        stamp=Stamp(created, nonce or f"nonce-{next(_nonces):012}"),
    )
    response = await peer.request(
        method, path, data=body or None, headers=dict(fields) | (headers or {})
    )
    return Told(await as_answer(response), sent)


async def raw(peer: Peer, text: bytes) -> bytes:
    """Say something to the server by hand, and hear the first thing it says."""
    reader, writer = await asyncio.open_connection(peer.host, peer.port)
    writer.write(text)
    await writer.drain()
    heard = await reader.readuntil(b"\r\n\r\n") + await reader.read(4096)
    writer.close()
    await writer.wait_closed()
    return heard


def card_of(key: PrivateKey, origin: str) -> Card:
    """Return the signed card of a node that has this key."""
    box = BoxKey(bytes(32))
    card = Card(
        v=1,
        origin=origin,
        name="C",
        federation=origin + discovery.BASE,
        protocols=(discovery.PROTOCOL,),
        currency=CardCurrency(code="CCC", name="c", scale=2, rate=Rate(n=1, d=1)),
        keys=(jwk_of(key.public, datetime(2026, 1, 1, tzinfo=UTC)),),
        box_key=BoxJwk(x=base64url(box.x), kid=box.keyid),
        contact="",
        software=Software(name="x", version="1"),
        accepts_invites=True,
    )
    return sign_card(key, card)
