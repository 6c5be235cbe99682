"""Asks an index of communities to read our profile, or to forget it.

Nothing here runs by itself: an operator does it (`cesnode murmurations`).
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout

from cesnode.errors import IndexRefused
from cesnode.formats.murmurations import node_id

INDEX = "https://index.murmurations.network/v2"
"""The one that the maps of Murmurations are drawn from."""

_PATIENCE = ClientTimeout(total=60)
_LARGEST = 64 * 1024
_LONGEST_REASON = 500
_TAKEN = frozenset({"received", "validated", "posted"})


class _Status(msgspec.Struct, frozen=True):
    status: str = ""


class _Fault(msgspec.Struct, frozen=True):
    title: str = ""
    detail: str = ""


class _Answer(msgspec.Struct, frozen=True):
    data: _Status = _Status()
    errors: tuple[_Fault, ...] = ()


async def announce(index: str, address: str) -> str:
    """Let an index read the profile at an address, now; return what it says became of it.

    Raises:
        IndexRefused: it cannot be reached, or finds fault with the profile.

    """
    told = await _ask("POST", f"{index}/nodes-sync", {"profile_url": address})
    if told.data.status not in _TAKEN:
        raise IndexRefused(reason=told.data.status or "it said nothing of it")
    return told.data.status


async def withdraw(index: str, address: str) -> None:
    """Let an index forget the profile that was at an address.

    Raises:
        IndexRefused: it cannot be reached, never knew it, or still finds it there.

    """
    await _ask("DELETE", f"{index}/nodes/{node_id(address)}")


async def _ask(method: str, address: str, body: Mapping[str, str] | None = None) -> _Answer:
    """Ask an index, and return its answer unless that is a no."""
    try:
        async with (
            ClientSession(timeout=_PATIENCE) as session,
            session.request(method, address, json=body, allow_redirects=False) as response,
        ):
            told = _understood(await _read(response))
            if response.status != HTTPStatus.OK:
                said = [f"{fault.title} {fault.detail}".strip() for fault in told.errors]
                raise IndexRefused(reason=_short(" ".join([str(response.status), *said])))
            return told
    except (ClientError, TimeoutError, OSError) as error:
        raise IndexRefused(reason=_short(str(error) or type(error).__name__)) from None


async def _read(response: ClientResponse) -> bytes:
    """Return the beginning of an answer: no index has more to say."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(_LARGEST):
        body += chunk
        if len(body) >= _LARGEST:
            break
    return bytes(body)


def _understood(body: bytes) -> _Answer:
    """Return what an index says; what is no answer of one says nothing."""
    try:
        return msgspec.json.decode(body, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Answer()


def _short(reason: str) -> str:
    return reason[:_LONGEST_REASON]
