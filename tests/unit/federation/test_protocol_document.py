"""The document's tables and diagrams are those of the code.

Run as a program it writes them: python -m tests.unit.federation.test_protocol_document
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from federation import peering
from federation.endpoints import ENDPOINTS
from federation.errors import NATURE, Problem
from federation.setoff_states import TRANSITIONS as SETOFFS
from federation.trade import TRANSITIONS, Role, State
from tests.support.documents import FOLDER, write, written

DOCUMENT = FOLDER / "protocol.md"


def states(role: Role) -> str:
    edges: dict[tuple[State, State], list[str]] = {}
    for state, row in TRANSITIONS[role].items():
        for event, step in row.items():
            if step.state is not state:
                edges.setdefault((state, step.state), []).append(event)
    return _diagram({pair: edges[pair] for pair in edges})


def peerings() -> str:
    edges: dict[tuple[str, str], list[str]] = {}
    for state, row in peering.TRANSITIONS.items():
        for event, after in row.items():
            edges.setdefault((state, after), []).append(event)
    return _diagram(edges)


def setoffs() -> str:
    edges: dict[tuple[str, str], list[str]] = {}
    for state, row in SETOFFS.items():
        for event, step in row.items():
            if step.state is not state:
                edges.setdefault((state, step.state), []).append(event)
    return _diagram(edges)


def endpoints() -> str:
    rows = (
        f"| {each.method} | `{each.path}` | {each.need} | {each.cap // 1024} KiB |"
        for each in ENDPOINTS
    )
    return "\n".join(
        ("| method | path | needs | body at most |", "|---|---|---|---|", *rows)
    )


def problems() -> str:
    rows = (
        f"| `{each}` | {NATURE[each].status.value} | {NATURE[each].title} |"
        f" {'yes' if each.retryable else ''} |"
        for each in Problem
    )
    return "\n".join(("| name | status | meaning | again |", "|---|---|---|---|", *rows))


def _diagram(edges: Mapping[tuple[str, str], list[str]]) -> str:
    lines = (
        f"    {before} --> {after}: {', '.join(sorted(events))}"
        for (before, after), events in edges.items()
    )
    return "\n".join(("```mermaid", "stateDiagram-v2", *lines, "```"))


PARTS = {
    "states:payer": lambda: f"*At the payer's node*\n\n{states(Role.PAYER)}",
    "states:payee": lambda: f"*At the payee's node*\n\n{states(Role.PAYEE)}",
    "states:hub": lambda: f"*At a hub*\n\n{states(Role.HUB)}",
    "states:peering": peerings,
    "states:setoff": setoffs,
    "endpoints": endpoints,
    "problems": problems,
}


@pytest.mark.parametrize("name", PARTS)
def test_the_document_says_what_the_code_does(name: str) -> None:
    text = DOCUMENT.read_text()

    assert PARTS[name]() in text


def test_nothing_in_the_document_is_out_of_date() -> None:
    text = DOCUMENT.read_text()

    assert written(text, PARTS) == text


if __name__ == "__main__":
    write(DOCUMENT, PARTS)
