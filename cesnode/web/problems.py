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
    Code.BACKUP_DAMAGED: _BROKEN,
    Code.BODY_INVALID: HTTPStatus.BAD_REQUEST,
    Code.BODY_TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Code.BODY_TOO_SLOW: HTTPStatus.REQUEST_TIMEOUT,
    Code.BODY_UNSUPPORTED: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    Code.BUSY: _LATER,
    Code.CARD_WRONG: _BAD,
    Code.CODE_WRONG: _BAD,
    Code.CONFIG_INVALID: _BROKEN,
    Code.DATA_EXISTS: _BROKEN,
    Code.DATA_FOREIGN: _BROKEN,
    Code.DATA_MISSING: _BROKEN,
    Code.DATA_NEWER: _BROKEN,
    Code.DATA_UNSUITABLE: _BROKEN,
    Code.DATE_INVALID: _BAD,
    Code.DEBT_SMALLER: _CONFLICT,
    Code.DESCRIPTION_INVALID: _BAD,
    Code.DESCRIPTION_MISSING: _BAD,
    Code.DESCRIPTION_TOO_LONG: _BAD,
    Code.EXCHANGE_LEFT: HTTPStatus.GONE,
    Code.FIELD_INVALID: _BAD,
    Code.FILE_INVALID: _BAD,
    Code.FIELD_MISSING: _BAD,
    Code.FORM_ELSEWHERE: HTTPStatus.FORBIDDEN,
    Code.ID_INVALID: _BAD,
    Code.ID_REUSED: _CONFLICT,
    Code.INVITE_EXPIRED: _CONFLICT,
    Code.INVITE_INVALID: _BAD,
    Code.INVITE_OWN: _BAD,
    Code.INVITE_USED: _CONFLICT,
    Code.LAST_STEWARD: _CONFLICT,
    Code.LIMIT_EXCEEDED: _CONFLICT,
    Code.LISTING_STATE: _CONFLICT,
    Code.KEYS_MISSING: _BROKEN,
    Code.LINK_USED: HTTPStatus.GONE,
    Code.INDEX_REFUSED: HTTPStatus.BAD_GATEWAY,
    Code.MAIL_OFF: HTTPStatus.CONFLICT,
    Code.MURMURATIONS_OFF: HTTPStatus.CONFLICT,
    Code.MAIL_REFUSED: HTTPStatus.BAD_GATEWAY,
    Code.MAIL_SERVER_FAILED: HTTPStatus.BAD_GATEWAY,
    Code.MESSAGE_NOT_TAKEN: _CONFLICT,
    Code.METHOD_NOT_ALLOWED: HTTPStatus.METHOD_NOT_ALLOWED,
    Code.NO_SECOND_STEP: _CONFLICT,
    Code.NOT_ALLOWED: HTTPStatus.FORBIDDEN,
    Code.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Code.NO_ROOM: HTTPStatus.INSUFFICIENT_STORAGE,
    Code.NO_ROUTE: HTTPStatus.NOT_FOUND,
    Code.OUTCOME_UNKNOWN: _LATER,
    Code.PASSWORDS_DIFFER: _BAD,
    Code.PASSWORD_WEAK: _BAD,
    Code.PASSWORD_WRONG: _BAD,
    Code.PEER_EXISTS: _CONFLICT,
    Code.PEER_REFUSED: HTTPStatus.BAD_GATEWAY,
    Code.PEER_UNREACHABLE: HTTPStatus.GATEWAY_TIMEOUT,
    Code.PEER_LIMIT: _CONFLICT,
    Code.PEER_RESTING: _CONFLICT,
    Code.PICTURE_TOO_LARGE: _BAD,
    Code.PICTURE_UNREADABLE: _BAD,
    Code.PORT_IN_USE: _BROKEN,
    Code.QUOTE_EXPIRED: _CONFLICT,
    Code.QUOTE_NEEDED: _CONFLICT,
    Code.QUOTE_REFUSED: _CONFLICT,
    Code.PRICE_ABOVE_MOST: _CONFLICT,
    Code.RATE_CHANGED: _CONFLICT,
    Code.SAME_ACCOUNT: _BAD,
    Code.SCOPE_TOO_NARROW: HTTPStatus.FORBIDDEN,
    Code.SHEET_REFUSED: _BAD,
    Code.SIGN_IN_WRONG: _BAD,
    Code.STORE_FULL: HTTPStatus.INSUFFICIENT_STORAGE,
    Code.STORE_READ_ONLY: _LATER,
    Code.STORE_UNAVAILABLE: _LATER,
    Code.TERMS_NOT_ACCEPTED: _BAD,
    Code.TOKEN_INVALID: HTTPStatus.UNAUTHORIZED,
    Code.TOO_EARLY: _CONFLICT,
    Code.TOO_LATE: _CONFLICT,
    Code.TOO_MANY_TRIES: HTTPStatus.TOO_MANY_REQUESTS,
    Code.TRADE_REFUSED: _CONFLICT,
    Code.UNEXPECTED: _BROKEN,
    Code.UNKNOWN_ACCOUNT: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_FORM: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_ALARM: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_CATEGORY: _BAD,
    Code.UNKNOWN_DISPUTE: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_LINK: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_GROUP: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_LISTING: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_MAIL: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_APPLICATION: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_AREA: _BAD,
    Code.UNKNOWN_BACKUP: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_MEMBER: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_MESSAGE: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_NEWS: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_PEER: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_QUOTE: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_SESSION: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_SCHEDULE: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_SETOFF: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_SETTLEMENT: HTTPStatus.NOT_FOUND,
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
    return web.Response(
        body=_body(failure, status),
        status=status,
        content_type=MEDIA_TYPE,
        headers=headers,
    )


def whole_answer(failure: NodeError) -> bytes:
    """Return an answer to a request that was not read, its head included."""
    status = STATUS[failure.code]
    body = _body(failure, status)
    head = (
        f"HTTP/1.1 {status} {status.phrase}\r\n"
        f"Content-Type: {MEDIA_TYPE}\r\nContent-Length: {len(body)}\r\n"
        f"Retry-After: {_RETRY_SECONDS}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


def _body(failure: NodeError, status: HTTPStatus) -> bytes:
    problem = Problem(
        type=f"urn:cesnode:problem:{failure.code}",
        title=status.phrase,
        status=status,
        detail=str(failure),
        code=failure.code,
        field=failure.field,
    )
    return msgspec.json.encode(problem)
