"""What our node asks of others, and where it will not go.

Only checked origins are asked, only checked addresses are connected to, redirects are
not followed, and an answer that is too large, too slow or not proven is no answer: the
caller learns nothing from it that could move money.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from types import TracebackType
from typing import Self

from aiohttp import (
    AddrInfoType,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    SocketFactoryType,
    TCPConnector,
)
from aiohttp.abc import AbstractResolver
from yarl import URL

from federation import discovery
from federation.bodies import Succession
from federation.discovery import Card, read_card
from federation.endpoints import SMALL, Endpoint
from federation.errors import (
    PROBLEM_JSON,
    FederationError,
    Problem,
    read_problem,
)
from federation.keys import PrivateKey, PublicKey
from federation.nodes import Reach, check_origin, may_connect
from federation.signing import (
    JSON,
    Answer,
    Fields,
    VerifiedAnswer,
    sign_request,
    verify_answer,
)
from federation.transport.clock import Clock, new_stamp, unix_time
from federation.wire import read

PER_PEER = 8
KEEP_ALIVE = 60.0
REMEMBER_NAMES = 60

_CHUNK = 16 * 1024
_REDIRECTS = range(300, 400)
_JSON_TYPES = frozenset({JSON, PROBLEM_JSON, "application/ld+json"})


class Why(StrEnum):
    """Why there is no answer."""

    UNREACHABLE = "unreachable"
    TOO_SLOW = "too-slow"
    TOO_LARGE = "too-large"
    REDIRECTED = "redirected"
    NOT_JSON = "not-json"
    NOT_PROVEN = "not-proven"
    CLOCK_SKEW = "clock-skew"


class NoAnswer(Exception):
    """Nothing was learnt; `hint` is what an unproven answer claimed, for the log."""

    def __init__(self, why: Why, detail: str, hint: Problem | None = None) -> None:
        super().__init__(detail)
        self.why = why
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Remote:
    """A node to be asked, and the keys of it that we have pinned."""

    origin: str
    keys: tuple[PublicKey, ...]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a connection, and for the whole answer."""

    connect: float = 5.0
    total: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What to ask: the endpoint, the parts of its path, a query and a body."""

    endpoint: Endpoint
    parameters: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    body: bytes = b""

    @property
    def target(self) -> str:
        path = self.endpoint.path_with(**self.parameters)
        return f"{path}?{self.query}" if self.query else path


def checked_sockets(reach: Reach) -> SocketFactoryType:
    """Make sockets for the addresses we may connect to, and for no others.

    The address looked at is the very one that is then connected to, however it was
    found, so a name cannot be public when checked and private when used.
    """

    def make(found: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = found
        if not may_connect(str(address[0]), reach):
            raise OSError(f"this node does not connect to {address[0]}")
        return socket.socket(family, kind, protocol)

    return make


class PeerClient:
    """Our node as it speaks to others, over connections that are kept alive."""

    def __init__(
        self,
        key: PrivateKey,
        reach: Reach,
        *,
        patience: Patience = Patience(),
        resolver: AbstractResolver | None = None,
        now: Clock = unix_time,
    ) -> None:
        self._key = key
        self._reach = reach
        self._now = now
        self._session = ClientSession(
            connector=TCPConnector(
                resolver=resolver,
                socket_factory=checked_sockets(reach),
                limit=0,
                limit_per_host=PER_PEER,
                keepalive_timeout=KEEP_ALIVE,
                ttl_dns_cache=REMEMBER_NAMES,
            ),
            timeout=ClientTimeout(total=patience.total, sock_connect=patience.connect),
            cookie_jar=DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            headers={"Accept": f"{JSON}, {PROBLEM_JSON}", "Accept-Encoding": "identity"},
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._session.close()

    async def ask(self, remote: Remote, call: Call) -> VerifiedAnswer:
        """Send one signed request; return the proven answer, or raise NoAnswer."""
        uri = check_origin(remote.origin, self._reach) + call.target
        headers, sent = sign_request(
            self._key,
            method=call.endpoint.method,
            target_uri=uri,
            body=call.body,
            stamp=new_stamp(self._now()),
        )
        answer = await self._fetch(
            call.endpoint.method, uri, headers, call.body, call.endpoint.answer_cap
        )
        keys = {key.keyid: key for key in remote.keys}
        try:
            return verify_answer(answer, sent, keys, self._now())
        except FederationError as error:
            skewed = error.problem is Problem.CLOCK_SKEW
            why = Why.CLOCK_SKEW if skewed else Why.NOT_PROVEN
            told = f"HTTP {answer.status} from {remote.origin}: {error.reason}"
            raise NoAnswer(why, told, read_problem(answer.body)) from None

    async def fetch_card(self, origin: str) -> Card:
        """Fetch the card a node shows of itself, and check that it proves itself."""
        origin = check_origin(origin, self._reach)
        return read_card(await self._public(origin, discovery.PATH), origin)

    async def fetch_succession(self, origin: str) -> Succession:
        """Fetch how a node's keys followed one another; nothing of it is proven yet."""
        origin = check_origin(origin, self._reach)
        return read(await self._public(origin, discovery.SUCCESSION_PATH), Succession)

    async def _public(self, origin: str, path: str) -> bytes:
        answer = await self._fetch("GET", origin + path, (), b"", SMALL)
        if answer.status != HTTPStatus.OK:
            raise NoAnswer(Why.UNREACHABLE, f"HTTP {answer.status} from {origin}")
        return answer.body

    async def _fetch(
        self, method: str, uri: str, headers: Fields, body: bytes, cap: int
    ) -> Answer:
        try:
            async with self._session.request(
                method,
                URL(uri, encoded=True),
                headers=dict(headers),
                data=body or None,
                allow_redirects=False,
            ) as response:
                _check_head(response, uri)
                return Answer(
                    status=response.status,
                    headers=tuple(response.headers.items()),
                    body=await _read(response, cap),
                )
        except TimeoutError:
            raise NoAnswer(Why.TOO_SLOW, f"no answer in time from {uri}") from None
        except (ClientError, OSError) as error:
            raise NoAnswer(Why.UNREACHABLE, f"{uri}: {error}") from error


def _check_head(response: ClientResponse, uri: str) -> None:
    if response.status in _REDIRECTS:
        raise NoAnswer(Why.REDIRECTED, f"HTTP {response.status} from {uri}")
    if response.status == HTTPStatus.NO_CONTENT:
        return
    if response.content_type not in _JSON_TYPES or "Content-Encoding" in response.headers:
        told = f"HTTP {response.status} and {response.content_type} from {uri}"
        raise NoAnswer(Why.NOT_JSON, told)


async def _read(response: ClientResponse, cap: int) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > cap:
            response.close()
            raise NoAnswer(Why.TOO_LARGE, f"more than {cap} bytes from {response.url}")
    return bytes(body)
