"""What the document of the JSON interface lists is what the node answers.

Run as a program it writes those parts: python -m tests.unit.web.test_api_document
"""

from __future__ import annotations

import pytest

from cesnode.web.api.openapi import problems_of
from cesnode.web.api.table import PREFIX, ROUTES
from cesnode.web.problems import STATUS
from tests.support.documents import FOLDER, write, written

DOCUMENT = FOLDER / "api.md"


def operations() -> str:
    rows = (
        f"| `{route.method}` | `{PREFIX}{route.path}` | {route.summary} |"
        f" {', '.join(f'`{query.name}`' for query in route.query)} |"
        for route in ROUTES
    )
    return "\n".join(
        ("| method | path | what it does | query |", "|---|---|---|---|", *rows)
    )


def problems() -> str:
    told = {code for route in ROUTES for code in problems_of(route)}
    rows = (f"| `{code}` | {STATUS[code].value} |" for code in sorted(told))
    return "\n".join(("| code | status |", "|---|---|", *rows))


PARTS = {"operations": operations, "problems": problems}


@pytest.mark.parametrize("name", PARTS)
def test_the_document_lists_what_there_is(name: str) -> None:
    text = DOCUMENT.read_text()

    assert PARTS[name]() in text


def test_nothing_in_the_document_is_out_of_date() -> None:
    text = DOCUMENT.read_text()

    assert written(text, PARTS) == text


if __name__ == "__main__":
    write(DOCUMENT, PARTS)
