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
    Code.TRADE_REFUSED: _CONFLICT,
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
    except Exception as error:  # noqa: BLE001 - explain() lets through what is none
        failure = explain(request, error)
        return answer(failure, headers(failure, error))


def explain(request: web.Request, error: Exception) -> NodeError:
    """Return what there is to say of what was raised.

    What is no failure, such as a redirect or a caller who has gone, is raised again.
    """
    match error:
        case NodeError():
            return error
        case web.HTTPNotFound():
            return NotFound()
        case web.HTTPMethodNotAllowed():
            return MethodNotAllowed(method=request.method)
        case web.HTTPRequestEntityTooLarge():
            return BodyTooLarge(most=request.client_max_size)
        case web.HTTPClientError():
            return BodyInvalid(reason=error.reason)
        case web.HTTPException() | ConnectionError():
            raise error
        case _:
            number = secrets.token_hex(4)
            _log.error("%s: %s %s", number, request.method, request.path, exc_info=error)
            return Unexpected(id=number)


def headers(failure: NodeError, error: Exception) -> Mapping[str, str]:
    """Return what belongs in the head of an answer, whatever its body."""
    status = STATUS[failure.code]
    if status in {_LATER, HTTPStatus.INSUFFICIENT_STORAGE}:
        return {"Retry-After": _RETRY_SECONDS}
    if status is HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, web.HTTPMethodNotAllowed):
        return {"Allow": error.headers["Allow"]}
    return {}


def answer(failure: NodeError, headers: Mapping[str, str]) -> web.Response:
    status = STATUS[failure.code]
    problem = Problem(
        type=f"urn:cesnode:problem:{failure.code}",
        title=status.phrase,
        status=status,
        detail=str(failure),
        code=failure.code,
        field=failure.field,
    )
    return web.Response(
        body=msgspec.json.encode(problem),
        status=status,
        content_type=MEDIA_TYPE,
        headers=headers,
    )
