"""/me/data: everything the node knows of a member, as one file to take along."""

from __future__ import annotations

import asyncio
import datetime
import io
import zipfile
from pathlib import Path

from aiohttp import web

from cesnode.services import my_data
from cesnode.services.my_data import Bundle
from cesnode.store import Reader, media
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.keys import STORE
from cesnode.web.security import HEADERS


def show(_reader: Reader, _asked: Asked) -> Sight:
    return Sight("me/data.html")


async def send(asking: Asking) -> web.StreamResponse:
    asked, bundle = await asking.look(
        lambda reader, asked: my_data.gather(reader, asked.visitor.actor, now=asked.now)
    )
    folder = asking.request.app[STORE].folder
    body = await asyncio.to_thread(_packed, bundle, folder, asked.now)
    name = f"cesnode-{asked.visitor.account.number}.zip"
    return web.Response(
        body=body,
        content_type="application/zip",
        headers={
            **HEADERS,
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )


def _packed(bundle: Bundle, folder: Path, now: int) -> bytes:
    """Put the files into one; the same data on the same day make the same bytes."""
    day = datetime.datetime.fromtimestamp(now, datetime.UTC)
    at = (day.year, day.month, day.day, 0, 0, 0)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in bundle.texts:
            file.writestr(_entry(name, at), text)
        for name, picture in bundle.pictures:
            path = media.path(folder, picture)
            if path is not None:
                file.writestr(_entry(name, at), path.read_bytes())
    return packed.getvalue()


def _entry(name: str, at: tuple[int, int, int, int, int, int]) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, at)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
