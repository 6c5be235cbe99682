"""Reads what a program sent: its token, its body, its query; writes what it gets.

A body has one meaning or is refused: unknown members, a member given twice, another
media type and compressed bodies are not guessed at.
"""

from __future__ import annotations

import json
from functools import cache
from http import HTTPStatus
from typing import TypeVar

import msgspec
from aiohttp import web

from cesnode.errors import (
    FROM_TO,
    BodyInvalid,
    BodyUnsupported,
    FieldInvalid,
    TokenInvalid,
)
from cesnode.services import dates

T = TypeVar("T", bound=msgspec.Struct)

JSON = "application/json"

_SCHEME = "bearer"
_encode = msgspec.json.Encoder().encode


def bearer(request: web.Request) -> str:
    """Return the token of the Authorization header (RFC 6750)."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != _SCHEME:
        raise TokenInvalid
    return token.strip()


async def body(request: web.Request, decoder: msgspec.json.Decoder[T]) -> T:
    """Return the body as the decoder's type."""
    if "Content-Encoding" in request.headers:
        found = request.headers["Content-Encoding"]
        raise BodyUnsupported(wanted="sent as it is", found=found)
    if request.content_type != JSON:
        raise BodyUnsupported(wanted=JSON, found=request.content_type)
    content = await request.read()
    try:
        decoded = decoder.decode(content)
        # Every member has a colon: with no more of them than there must be members,
        # none is there twice.
        if content.count(b":") > _least_members(type(decoded)):
            json.loads(content, object_pairs_hook=_each_once)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BodyInvalid(reason=str(error)) from None
    return decoded


@cache
def _least_members(kind: type[msgspec.Struct]) -> int:
    """Return how many members a body of this type has at least."""
    return sum(field.required for field in msgspec.structs.fields(kind))


def whole_number(
    request: web.Request, field: str, *, default: int, least: int = 0, most: int
) -> int:
    text = request.query.get(field)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and least <= int(text[:20]) <= most):
        raise FieldInvalid(field, FROM_TO, least=least, most=most)
    return int(text)


def start_of_day(request: web.Request, field: str, *, default: int) -> int:
    text = request.query.get(field)
    return default if text is None else dates.start_of(text, field=field)


def end_of_day(request: web.Request, field: str, *, default: int) -> int:
    text = request.query.get(field)
    return default if text is None else dates.end_of(text, field=field)


def answer(view: object, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    return web.Response(body=_encode(view), status=status, content_type=JSON)


def _each_once(members: list[tuple[str, object]]) -> None:
    """Refuse a member that is there twice: programs differ in which one counts."""
    seen: set[str] = set()
    for name, _ in members:
        if name in seen:
            raise BodyInvalid(reason=f"“{name}” is there twice")
        seen.add(name)
