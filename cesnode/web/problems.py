"""Turns what went wrong into an RFC 9457 problem.

What is not expected is a bug: it goes to the log under an id, and the caller is told
that id and nothing else.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler

from cesnode.errors import (
    BodyInvalid,
    BodyTooLarge,
    Code,
    MethodNotAllowed,
    NodeError,
    NotFound,
    Unexpected,
)

MEDIA_TYPE = "application/problem+json"
_RETRY_SECONDS = "5"
_log = logging.getLogger(__name__)

_BAD, _CONFLICT = HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.CONFLICT
_LATER = HTTPStatus.SERVICE_UNAVAILABLE
_BROKEN = HTTPStatus.INTERNAL_SERVER_ERROR

STATUS: Mapping[Code, HTTPStatus] = {
    Code.ACCOUNT_CLOSED: _CONFLICT,
    Code.ACCOUNT_LOCKED: _CONFLICT,
    Code.ACCOUNT_MALFORMED: _BAD,
    Code.ACCOUNT_NOT_EMPTY: _CONFLICT,
    Code.ADDRESS_UNUSABLE: _BROKEN,
    Code.AMOUNT_AMBIGUOUS: _BAD,
    Code.AMOUNT_INVALID: _BAD,
    Code.AMOUNT_NOT_POSITIVE: _BAD,
    Code.AMOUNT_TOO_LARGE: _BAD,
    Code.AMOUNT_TOO_PRECISE: _BAD,
    Code.BODY_INVALID: HTTPStatus.BAD_REQUEST,
    Code.BODY_TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Code.BODY_TOO_SLOW: HTTPStatus.REQUEST_TIMEOUT,
    Code.BODY_UNSUPPORTED: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    Code.BUSY: _LATER,
    Code.CONFIG_INVALID: _BROKEN,
    Code.DATA_EXISTS: _BROKEN,
    Code.DATA_FOREIGN: _BROKEN,
    Code.DATA_MISSING: _BROKEN,
    Code.DATA_NEWER: _BROKEN,
    Code.DATA_UNSUITABLE: _BROKEN,
    Code.DATE_INVALID: _BAD,
    Code.DESCRIPTION_INVALID: _BAD,
    Code.DESCRIPTION_MISSING: _BAD,
    Code.DESCRIPTION_TOO_LONG: _BAD,
    Code.FIELD_INVALID: _BAD,
    Code.ID_INVALID: _BAD,
    Code.ID_REUSED: _CONFLICT,
    Code.INVITE_EXPIRED: _CONFLICT,
    Code.INVITE_INVALID: _BAD,
    Code.INVITE_OWN: _BAD,
    Code.INVITE_USED: _CONFLICT,
    Code.LIMIT_EXCEEDED: _CONFLICT,
    Code.METHOD_NOT_ALLOWED: HTTPStatus.METHOD_NOT_ALLOWED,
    Code.NOT_ALLOWED: HTTPStatus.FORBIDDEN,
    Code.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Code.PASSWORD_WEAK: _BAD,
    Code.PEER_EXISTS: _CONFLICT,
    Code.PEER_REFUSED: HTTPStatus.BAD_GATEWAY,
    Code.PEER_UNREACHABLE: HTTPStatus.GATEWAY_TIMEOUT,
    Code.PEER_LIMIT: _CONFLICT,
    Code.PEER_RESTING: _CONFLICT,
    Code.PORT_IN_USE: _BROKEN,
    Code.RATE_CHANGED: _CONFLICT,
    Code.SAME_ACCOUNT: _BAD,
    Code.SCOPE_TOO_NARROW: HTTPStatus.FORBIDDEN,
    Code.STORE_FULL: HTTPStatus.INSUFFICIENT_STORAGE,
    Code.STORE_READ_ONLY: _LATER,
    Code.STORE_UNAVAILABLE: _LATER,
    Code.TOKEN_INVALID: HTTPStatus.UNAUTHORIZED,
    Code.TOO_LATE: _CONFLICT,
    Code.UNEXPECTED: _BROKEN,
    Code.UNKNOWN_ACCOUNT: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_MEMBER: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_PEER: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_TOKEN: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_TRADE: HTTPStatus.NOT_FOUND,
    Code.WRONG_STATE: _CONFLICT,
}


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457, with our stable `code` and the `field` that has to change."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str | None = None


@web.middleware
async def show_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except NodeError as error:
        return answer(error)
    except web.HTTPClientError as error:
        return _of_http(request, error)
    except (web.HTTPException, ConnectionError):
        raise
    except Exception:  # noqa: BLE001 - logged whole, and told as what it is
        number = secrets.token_hex(4)
        _log.exception("%s: %s %s", number, request.method, request.path)
        return answer(Unexpected(id=number))


def answer(error: NodeError) -> web.Response:
    status = STATUS[error.code]
    problem = Problem(
        type=f"urn:cesnode:problem:{error.code}",
        title=status.phrase,
        status=status,
        detail=str(error),
        code=error.code,
        field=error.field,
    )
    headers = {}
    if status in {_LATER, HTTPStatus.INSUFFICIENT_STORAGE}:
        headers["Retry-After"] = _RETRY_SECONDS
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return web.Response(
        body=msgspec.json.encode(problem),
        status=status,
        content_type=MEDIA_TYPE,
        headers=headers,
    )


def _of_http(request: web.Request, error: web.HTTPClientError) -> web.Response:
    """Say in our way what aiohttp refused by itself."""
    match error:
        case web.HTTPNotFound():
            return answer(NotFound())
        case web.HTTPRequestEntityTooLarge():
            return answer(BodyTooLarge(most=request.client_max_size))
        case web.HTTPMethodNotAllowed():
            response = answer(MethodNotAllowed(method=request.method))
            response.headers["Allow"] = error.headers["Allow"]
            return response
        case _:
            return answer(BodyInvalid(reason=error.reason))
