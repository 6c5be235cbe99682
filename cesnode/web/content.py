"""Answers kept ready: their bytes, the same bytes packed, and a tag to ask again by."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import ETag, web

from cesnode.web.preferences import preferences

_TAG_LETTERS = 16
_EFFORT = 6  # Of 9: pages are packed anew each time, and come out hardly larger.


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    media_type: str
    body: bytes
    packed: bytes
    tag: str


def prepare(text: str, media_type: str) -> Content:
    body = text.encode()
    return Content(
        media_type=media_type,
        body=body,
        packed=gzip.compress(body, _EFFORT, mtime=0),
        tag=hashlib.sha256(body).hexdigest()[:_TAG_LETTERS],
    )


def answer(
    request: web.Request,
    content: Content,
    headers: Mapping[str, str],
    status: HTTPStatus = HTTPStatus.OK,
) -> web.Response:
    """Send it, packed to whoever can unpack it; to whoever has it, only say so."""
    if status is HTTPStatus.OK and holds(request, content.tag):
        return unchanged(content.tag, headers)
    if "gzip" in preferences(request.headers.get("Accept-Encoding", "")):
        response = web.Response(body=content.packed, status=status, headers=headers)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = web.Response(body=content.body, status=status, headers=headers)
    if status is HTTPStatus.OK:
        response.etag = ETag(content.tag, is_weak=True)
    response.headers["Content-Type"] = f"{content.media_type}; charset=utf-8"
    return response


def holds(request: web.Request, tag: str) -> bool:
    """Whether a browser says that it has what bears this tag."""
    return any(held.value == tag for held in request.if_none_match or ())


def unchanged(tag: str, headers: Mapping[str, str]) -> web.Response:
    """Say that what a browser has is what it would be sent."""
    response = web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    response.etag = ETag(tag, is_weak=True)
    return response
