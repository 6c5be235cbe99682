"""The door: who is let in, who is too many, and how it closes.

1. Nobody is let in beyond the most connections there may be, in all and from one
   address.  Who is too many is told so, and when to come again.
2. What is not HTTP gets a problem for an answer, like everything that goes wrong.
3. When the node ends, nobody new comes in, and who is in gets an answer first.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections import Counter
from contextlib import suppress
from types import MappingProxyType
from typing import Any, cast

from aiohttp import web
from aiohttp.http_exceptions import LineTooLong
from typing_extensions import override

from cesnode.config import Server
from cesnode.errors import BodyInvalid, Busy
from cesnode.web import households, problems
from cesnode.web.callers import Proxies
from cesnode.web.guard import mark

FAREWELL_SECONDS = 0.5
"""Who came in before the door was closed has so long to say what they want."""

_TURN_SECONDS = 0.02
_FINISH_SECONDS = 10.0
_MOST_HEADERS = 64
_BACKLOG = 128
_MOST_SENT_AWAY = 100
_HEARD_OUT_SECONDS = 5.0

_MANNERS: MappingProxyType[str, Any] = MappingProxyType(
    {
        "access_log": None,
        "max_headers": _MOST_HEADERS,
        "auto_decompress": False,  # Nobody may send us little that becomes much.
    }
)
_log = logging.getLogger(__name__)


class Door:
    """Listens for a whole application.  Belongs to one event loop."""

    def __init__(self, app: web.Application, settings: Server) -> None:
        self._settings = settings
        self._proxies = Proxies.of(settings)
        self._runner = web.AppRunner(app, shutdown_timeout=_FINISH_SECONDS)
        self._listening: asyncio.Server | None = None
        self._inside: Counter[str] = Counter()
        self._sent_away: set[asyncio.Transport] = set()
        self._empty = asyncio.Event()
        self._empty.set()
        self.is_closing = False
        app.on_response_prepare.append(self._part)

    @property
    def inside(self) -> int:
        """How many connections there are."""
        return self._inside.total()

    async def open(self, taken: socket.socket | None = None) -> int:
        """Let people in, at an address taken before if there is one; return the port.

        Raises:
            OSError: nobody can listen there.

        """
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        where: dict[str, Any] = (
            {"host": self._settings.host, "port": self._settings.port}
            if taken is None
            else {"sock": taken}
        )
        self._listening = await loop.create_server(
            self._newcomer, backlog=_BACKLOG, **where
        )
        return int(self._listening.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Let nobody in any more; answer who is in, then let them go."""
        # Who stands at the door comes in: closing it would cut them off unheard.
        await asyncio.sleep(_TURN_SECONDS)
        self.is_closing = True
        if self._listening is not None:
            self._listening.close()
            with suppress(TimeoutError):
                async with asyncio.timeout(FAREWELL_SECONDS):
                    # Who was just let in is counted a moment later.
                    await asyncio.sleep(_TURN_SECONDS)
                    await self._empty.wait()
        await self._runner.cleanup()

    def household(self, host: str) -> str:
        """Return whose a connection is; empty if it is a proxy's, who speaks for many."""
        address = households.read(host)
        is_proxy = address is not None and self._proxies.trust(address)
        return "" if is_proxy else households.of_connection(host)

    def enter(self, address: str) -> bool:
        """Count somebody in, unless they are too many; "" is who speaks for many."""
        most = self._settings.most_connections
        most_of_one = self._settings.most_connections_of_one if address else most
        if self.inside >= most or self._inside[address] >= most_of_one:
            return False
        self._inside[address] += 1
        self._empty.clear()
        return True

    def leave(self, address: str) -> None:
        self._inside[address] -= 1
        if not self._inside[address]:
            del self._inside[address]
        if not self._inside:
            self._empty.set()

    def send_away(self, transport: asyncio.Transport) -> None:
        if len(self._sent_away) >= _MOST_SENT_AWAY:
            transport.abort()
        else:
            sent_away = _SentAway(transport, self._sent_away)
            transport.set_protocol(sent_away)

    def _newcomer(self) -> _Guest:
        return _Guest(
            cast("web.Server", self._runner.server),  # There is one: it was set up.
            loop=asyncio.get_running_loop(),
            door=self,
            keepalive_timeout=self._settings.keep_alive,
            **_MANNERS,
        )

    async def _part(self, _request: web.Request, response: web.StreamResponse) -> None:
        if self.is_closing:
            response.force_close()
            response.headers["Connection"] = "close"  # The head was made before this.


class _Guest(web.RequestHandler):
    """A connection that was let in, or that will be sent away."""

    def __init__(self, *args: Any, door: Door, **kwargs: Any) -> None:  # noqa: ANN401 - the server's own
        super().__init__(*args, **kwargs)
        self._door = door
        self._address = ""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        peer = transport.get_extra_info("peername")
        self._address = self._door.household(peer[0]) if peer else ""
        if self._door.enter(self._address):
            super().connection_made(transport)
        else:
            self._door.send_away(cast("asyncio.Transport", transport))

    @override
    def connection_lost(self, exc: BaseException | None) -> None:
        self._door.leave(self._address)
        super().connection_lost(exc)

    @override
    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is not HTTP; all that is goes through web.problems."""
        if status >= 500:  # noqa: PLR2004 - a fault of ours, which goes to the log
            return super().handle_error(request, status, exc, message)
        too_long = isinstance(exc, LineTooLong)
        _log.info("%s sent what is not HTTP: %s", request.remote, message)
        reason = "a line of it is too long" if too_long else "it is not HTTP"
        response = problems.answer(BodyInvalid(reason=reason), {})
        mark(response)
        response.force_close()
        return response


class _SentAway(asyncio.Protocol):
    """Somebody too many: is answered without being read, and heard out for a moment.

    Who closed at once would take back the answer that is still on its way.
    """

    def __init__(
        self, transport: asyncio.Transport, sent_away: set[asyncio.Transport]
    ) -> None:
        self._transport = transport
        self._sent_away = sent_away
        self._answered = False
        sent_away.add(transport)
        loop = asyncio.get_running_loop()
        self._end = loop.call_later(_HEARD_OUT_SECONDS, transport.abort)

    @override
    def data_received(self, data: bytes) -> None:
        if not self._answered:
            self._answered = True
            self._transport.write(problems.whole_answer(Busy()))
            self._transport.write_eof()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._end.cancel()
        self._sent_away.discard(self._transport)
