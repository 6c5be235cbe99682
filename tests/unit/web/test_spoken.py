"""What a failure says is said in the reader's language to the last word."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path

import pytest

from cesnode.community import market
from cesnode.community.roles import Permission, Role
from cesnode.errors import (
    LONGER,
    FieldInvalid,
    NodeError,
    NotAllowed,
    WrongApplicationState,
    WrongState,
)
from cesnode.ledger import trades
from cesnode.ledger.accounts import AccountState
from cesnode.resources import resource
from cesnode.store import applications, schedules, trading_forms
from cesnode.web import spoken
from cesnode.web.languages import SOURCE
from tests.unit.web.test_rendering import renderer

ROOMS = ("community", "services", "web")
WORDS: Sequence[tuple[type[StrEnum], Sequence[str]]] = [
    (trades.TradeState, spoken.STATES),
    (AccountState, spoken.STATES),
    (applications.State, spoken.STATES),
    (market.State, spoken.STATES),
    (schedules.ScheduleState, spoken.STATES),
    (trading_forms.FormState, spoken.STATES),
    (trades.Wish, spoken.WISHES),
    (market.Wish, spoken.WISHES),
    (Role, spoken.ROLES),
    (Permission, spoken.PERMISSIONS),
]


@pytest.mark.parametrize(("kind", "words"), WORDS)
def test_every_word_that_fills_a_sentence_is_there_to_be_translated(
    kind: type[StrEnum], words: Sequence[str]
) -> None:
    assert set(kind) - set(words) == set()


@pytest.mark.parametrize(
    "error",
    [
        FieldInvalid("name", LONGER, count=120, most=100),
        NotAllowed(permission=Permission.KEEP_MEMBERS.value),
        WrongApplicationState(number=3, state=applications.State.APPROVED),
        WrongState(ref="8F3K", state=trades.TradeState.POSTED, wish=trades.Wish.ACCEPT),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_word_of_a_failure_stays_as_it_was_written(error: NodeError) -> None:
    said = renderer(pseudo=True).voice(SOURCE).say(error)

    outside = re.sub(r"⟦[^⟦⟧]*⟧", "", re.sub(r"⟦[^⟦⟧]*⟧", "", said))
    assert said.count("⟦") > 1
    assert outside == ""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FieldInvalid("name", LONGER, count=12, most=9), "it has 12 characters, 9 at most"),
        (FieldInvalid("x", "the disk said {0}"), "x: the disk said {0}"),
        (FieldInvalid("x", "“{text}” is wrong", text="{y}"), "x: “{y}” is wrong"),
    ],
)
def test_a_reason_keeps_what_was_typed_as_it_is(error: NodeError, said: str) -> None:
    assert said in str(error)
    assert said in renderer().voice(SOURCE).say(error)


def test_no_reason_is_put_together_before_it_is_translated() -> None:
    wrong = [
        f"{path.name}:{call.lineno}"
        for path, call in _calls("FieldInvalid")
        if not isinstance(_second(call), ast.Call | ast.Name | ast.Attribute)
    ]

    assert wrong == []


def _calls(name: str) -> Iterator[tuple[Path, ast.Call]]:
    home = resource("errors").parent
    for room in ROOMS:
        for path in (home / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name:
                    yield path, node


def _second(call: ast.Call) -> ast.expr:
    return call.args[1] if len(call.args) > 1 else ast.Name("reason")
