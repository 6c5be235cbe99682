"""The bare minimum of the same framework: read JSON, answer JSON of the same size.

It uses the node's own JSON library, without routes, tokens, a store or errors.
"""

from __future__ import annotations

import asyncio
import sys
from http import HTTPStatus

import msgspec
from aiohttp import web

from bench.load import HOST

_MEMBER = len(b',"more":""')
_decode = msgspec.json.Decoder(dict[str, str]).decode
_encode = msgspec.json.Encoder().encode


async def serve(answer_bytes: int) -> None:
    """Answer what was sent, and what is wanting to so many bytes, until stopped."""

    async def echo(request: web.Request) -> web.Response:
        body = await request.read()
        told = _decode(body)
        told["more"] = "x" * (answer_bytes - len(body) - _MEMBER)
        return web.Response(
            body=_encode(told), status=HTTPStatus.CREATED, content_type="application/json"
        )

    app = web.Application()
    app.add_routes([web.post("/api/v1/trades", echo)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, HOST, 0)
    await site.start()
    _, port = runner.addresses[0]
    sys.stdout.write(f"http://{HOST}:{port}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
