"""GET /openapi.json: the interface described by its own table and its own types."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from http import HTTPStatus

import msgspec
from aiohttp import web

import cesnode
from cesnode.errors import Code
from cesnode.web.api.reading import JSON
from cesnode.web.api.table import PREFIX, ROUTES, Query, Route
from cesnode.web.problems import MEDIA_TYPE, STATUS, Problem

Json = dict[str, object]

_COMMON = (
    Code.BUSY,
    Code.SCOPE_TOO_NARROW,
    Code.STORE_UNAVAILABLE,
    Code.TOKEN_INVALID,
    Code.UNEXPECTED,
)
_OF_WRITING = (Code.STORE_FULL, Code.STORE_READ_ONLY)
_OF_BODIES = (
    Code.BODY_INVALID,
    Code.BODY_TOO_LARGE,
    Code.BODY_TOO_SLOW,
    Code.BODY_UNSUPPORTED,
)
_FORMATS = {"date"}
_PLACE = re.compile(r"{(\w+)}")


async def show(_request: web.Request) -> web.Response:
    return web.Response(body=_document(), content_type=JSON)


@cache
def _document() -> bytes:
    return msgspec.json.encode(describe())


def describe() -> Json:
    """Return the OpenAPI document."""
    schemas, components = msgspec.json.schema_components(
        _types(), ref_template="#/components/schemas/{name}"
    )
    known = dict(zip(map(repr, _types()), schemas, strict=True))
    paths: dict[str, Json] = {}
    for route in ROUTES:
        operations = paths.setdefault(PREFIX + route.path, {})
        operations[route.method.lower()] = _operation(route, known)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "cesnode",
            "version": cesnode.__version__,
            "summary": "Trades, accounts and members of a community exchange.",
            "description": "Amounts are strings in units (“12.50”), times RFC 3339 in"
            " UTC. What goes wrong is told as RFC 9457 problems, each with a stable"
            " `code`.",
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _types() -> list[object]:
    """Return every type that goes in or out, once."""
    found = [
        kind
        for route in ROUTES
        for kind in (route.body, *route.answers.values())
        if kind is not None
    ]
    return list({repr(kind): kind for kind in (*found, Problem)}.values())


def _operation(route: Route, known: dict[str, Json]) -> Json:
    operation: Json = {
        "operationId": route.name,
        "summary": route.summary,
        "parameters": [
            *(_place(name) for name in _PLACE.findall(route.path)),
            *(_query(query) for query in route.query),
        ],
        "responses": _responses(route, known),
    }
    if route.body is not None:
        operation["requestBody"] = {
            "required": route.body_required,
            "content": {JSON: {"schema": known[repr(route.body)]}},
        }
    return operation


def _responses(route: Route, known: dict[str, Json]) -> Json:
    responses: Json = {
        str(status.value): {
            "description": status.phrase,
            "content": {JSON: {"schema": known[repr(kind)]}},
        }
        for status, kind in route.answers.items()
    }
    for status, codes in _by_status(problems_of(route)).items():
        responses[str(status.value)] = {
            "description": f"{status.phrase}: {', '.join(codes)}",
            "content": {MEDIA_TYPE: {"schema": known[repr(Problem)]}},
        }
    return responses


def problems_of(route: Route) -> set[Code]:
    """Return every problem that an operation may answer with."""
    return {
        *route.problems,
        *_COMMON,
        *(_OF_WRITING if route.method == "POST" else ()),
        *(_OF_BODIES if route.body is not None else ()),
    }


def _by_status(codes: Iterable[Code]) -> dict[HTTPStatus, list[Code]]:
    found: dict[HTTPStatus, list[Code]] = {}
    for code in sorted(codes):
        found.setdefault(STATUS[code], []).append(code)
    return dict(sorted(found.items()))


def _place(name: str) -> Json:
    schema = {"type": "string"}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _query(query: Query) -> Json:
    schema = (
        {"type": "string", "format": query.kind}
        if query.kind in _FORMATS
        else {"type": query.kind}
    )
    return {"name": query.name, "in": "query", "description": query.about, "schema": schema}


routes = [web.get(f"{PREFIX}/openapi.json", show, name="openapi")]
