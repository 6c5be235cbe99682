"""The routes a peer may call.  Nothing is handed on before its signature has held.

The node passes in what only it can do; it gets an Arrival and returns a Reply, and
neither of them knows of HTTP libraries.  Answers are signed whenever the request was
well formed enough to be answered to.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from aiohttp import web

from federation import discovery
from federation.arrival import Arrival, sender_of_card
from federation.endpoints import ENDPOINTS, PARAMETERS, PEERING_REQUEST, Endpoint
from federation.errors import (
    NATURE,
    PROBLEM_JSON,
    FederationError,
    Problem,
    schema_invalid,
)
from federation.keys import PrivateKey
from federation.nodes import node_name
from federation.signing import (
    JSON,
    Claim,
    Reply,
    Request,
    Sender,
    Sent,
    read_request,
    sent_of,
    sign_answer,
    verify_request,
)
from federation.transport.clock import Clock, new_stamp, unix_time

FindSender: TypeAlias = Callable[[str], Awaitable[Sender | None]]
Receive: TypeAlias = Callable[[Arrival], Awaitable[Reply]]

PATIENCE = 10.0
RETRY_AFTER = 5
CARD_LASTS = 300

_CHUNK = 16 * 1024
_WAIT = frozenset({Problem.RATE_LIMITED, Problem.BUSY, Problem.MAINTENANCE})
_log = logging.getLogger("federation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What the routes need of the node they belong to; `former` are origins it has left."""

    origin: str
    key: Callable[[], PrivateKey]
    card: Callable[[], Awaitable[bytes]]
    find_sender: FindSender
    receive: Receive
    succession: Callable[[], Awaitable[bytes]] | None = None
    former: frozenset[str] = frozenset()
    now: Clock = unix_time
    patience: float = PATIENCE


def routes(node: Node) -> list[web.RouteDef]:
    """Return the routes of every endpoint, the card, and an answer for all else."""

    async def card(_: web.Request) -> web.Response:
        caching = {"Cache-Control": f"public, max-age={CARD_LASTS}"}
        body = await node.card()
        return web.Response(body=body, content_type=JSON, headers=caching)

    async def succession(_: web.Request) -> web.Response:
        if node.succession is None:
            raise web.HTTPNotFound
        return web.Response(body=await node.succession(), content_type=JSON)

    return [
        web.get(discovery.PATH, card),
        web.get(discovery.SUCCESSION_PATH, succession),
        *(_route(node, endpoint) for endpoint in ENDPOINTS),
        web.route("*", "/fed/{rest:.*}", _nothing_here),
    ]


def _route(node: Node, endpoint: Endpoint) -> web.RouteDef:
    async def handle(request: web.Request) -> web.Response:
        return await _Exchange(node, endpoint, request).answer()

    named = {name: f"{{{name}:{pattern}}}" for name, pattern in PARAMETERS.items()}
    return web.route(
        endpoint.method, endpoint.path_with(**named), handle, name=f"fed_{endpoint.name}"
    )


async def _nothing_here(request: web.Request) -> web.Response:
    if request.path.startswith(f"{discovery.BASE}/"):
        detail = "This node has nothing at that address."
        error = FederationError(Problem.NOT_FOUND, detail)
    else:
        detail = f"This node speaks {discovery.PROTOCOL}, under {discovery.BASE}."
        error = FederationError(Problem.VERSION_UNSUPPORTED, detail)
    return _response(_problem(error, request.path), ())


@dataclass(slots=True)
class _Exchange:
    """One request and its answer."""

    node: Node
    endpoint: Endpoint
    request: web.Request
    sent: Sent | None = None

    async def answer(self) -> web.Response:
        try:
            reply = await self.node.receive(await self._arrival())
        except FederationError as error:
            _log.info("%s %s: %s", self.endpoint.name, error.problem, error.reason)
            reply = _problem(error, self.request.path)
        response = _response(reply, self._signed(reply))
        if reply.status == NATURE[Problem.TOO_LARGE].status:
            response.force_close()
        return response

    def _signed(self, reply: Reply) -> tuple[tuple[str, str], ...]:
        if self.sent is None:
            return ()
        return sign_answer(self.node.key(), self.sent, reply, new_stamp(self.node.now()))

    async def _arrival(self) -> Arrival:
        claim = read_request(await self._read())
        self.sent = sent_of(claim)
        verified = verify_request(claim, await self._sender(claim), self.node.now())
        self._check_form(verified.body)
        return Arrival(
            endpoint=self.endpoint,
            parameters=dict(self.request.match_info),
            query=self.request.rel_url.raw_query_string,
            verified=verified,
            at_former_address=self._origin != self.node.origin,
        )

    async def _sender(self, claim: Claim) -> Sender | None:
        if self.endpoint is PEERING_REQUEST:
            return sender_of_card(claim)
        return await self.node.find_sender(claim.keyid)

    async def _read(self) -> Request:
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in self.request.raw_headers
        )
        if any(name.lower() == "content-encoding" for name, _ in headers):
            raise schema_invalid("A message is not compressed.")
        return Request(
            method=self.request.method,
            target_uri=self._origin + self.request.raw_path,
            headers=headers,
            body=await self._body(),
        )

    @property
    def _origin(self) -> str:
        """Which of the node's own origins it was asked at; a stranger's is none of them."""
        host = self.request.host.lower()
        former = (each for each in self.node.former if node_name(each) == host)
        return next(former, self.node.origin)

    async def _body(self) -> bytes:
        body = bytearray()
        try:
            async with asyncio.timeout(self.node.patience):
                async for chunk in self.request.content.iter_chunked(_CHUNK):
                    body += chunk
                    if len(body) > self.endpoint.cap:
                        detail = f"A message here has {self.endpoint.cap} bytes at most."
                        raise FederationError(Problem.TOO_LARGE, detail)
        except TimeoutError:
            raise schema_invalid("The message did not arrive in time.") from None
        return bytes(body)

    def _check_form(self, body: bytes) -> None:
        if bool(body) != (self.endpoint.body is not None):
            raise schema_invalid("There should be a body, or none, at this address.")
        if self.request.rel_url.raw_query_string and self.endpoint.query is None:
            raise schema_invalid("There should be no query at this address.")


def _problem(error: FederationError, instance: str) -> Reply:
    return Reply(
        status=NATURE[error.problem].status.value,
        body=error.document(instance),
        content_type=PROBLEM_JSON,
        retry_after=RETRY_AFTER if error.problem in _WAIT else None,
    )


def _response(reply: Reply, fields: tuple[tuple[str, str], ...]) -> web.Response:
    headers = dict(fields)
    if reply.body:
        headers["Content-Type"] = reply.content_type
    if reply.retry_after is not None:
        headers["Retry-After"] = str(reply.retry_after)
    return web.Response(status=reply.status, body=reply.body or None, headers=headers)
