"""What the server does with a request before any of our code sees it."""

from __future__ import annotations

import gzip

from aiohttp import ClientSession, web

from cesnode.app import build_runner


async def echo(request: web.Request) -> web.Response:
    return web.Response(body=await request.read())


async def test_a_compressed_body_is_not_unpacked() -> None:
    app = web.Application()
    app.add_routes([web.post("/", echo)])
    runner = build_runner(app, keep_alive=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    packed = gzip.compress(b"x" * 1_000)

    async with ClientSession() as client:
        headers = {"Content-Encoding": "gzip"}
        response = await client.post(
            f"http://127.0.0.1:{runner.addresses[0][1]}/", data=packed, headers=headers
        )
        content = await response.read()
    await runner.cleanup()

    assert content == packed
