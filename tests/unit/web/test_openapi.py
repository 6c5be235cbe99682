"""The document describes the interface, the whole interface, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from cesnode.app import build_app
from cesnode.errors import Code
from cesnode.store import Store
from cesnode.web.api.openapi import describe
from cesnode.web.api.table import PREFIX, ROUTES, Route

DOCUMENT: Any = msgspec.json.decode(msgspec.json.encode(describe()))


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def test_the_document_is_valid() -> None:
    validate(DOCUMENT, cls=OpenAPIV31SpecValidator)


async def test_every_route_of_the_interface_is_in_it_and_no_other(store: Store) -> None:
    app = build_app(store)
    registered = {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }

    described = {(method, path) for method, path, _ in operations()}

    assert described == {
        (method, path)
        for method, path in registered
        if path.startswith("/api/") and not path.endswith("/openapi.json")
    }


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_route_says_what_it_answers(route: Route) -> None:
    operation = DOCUMENT["paths"][PREFIX + route.path][route.method.lower()]

    assert operation["operationId"] == route.name
    assert {str(status.value) for status in route.answers} <= set(operation["responses"])
    assert Code.TOKEN_INVALID in operation["responses"]["401"]["description"]


def test_every_type_is_explained_by_its_members() -> None:
    schemas = DOCUMENT["components"]["schemas"]

    assert {"TradeView", "NewTrade", "AccountView", "Problem"} <= set(schemas)
    assert schemas["NewTrade"]["additionalProperties"] is False
    assert [name for name, schema in schemas.items() if not schema["properties"]] == []
