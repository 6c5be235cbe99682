"""No failure without a status, a sentence and a class of its own."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

import pytest

from cesnode.commands.advice import _ADVICE
from cesnode.errors import Code, NodeError
from cesnode.web.problems import STATUS


def kinds(base: type[NodeError] = NodeError) -> Iterator[type[NodeError]]:
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_code_has_a_status() -> None:
    assert set(STATUS) == set(Code)


def test_every_code_is_raised_by_a_class() -> None:
    assert {kind.code for kind in kinds()} == set(Code)


def test_codes_are_written_like_names() -> None:
    assert [code for code in Code if not re.fullmatch(r"[a-z]+(_[a-z]+)*", code)] == []


@pytest.mark.parametrize("kind", [*kinds()], ids=lambda kind: kind.__name__)
def test_a_failure_speaks_in_a_sentence(kind: type[NodeError]) -> None:
    sentence = kind.sentence

    assert sentence[0].isupper() or sentence[0] in "“{"
    assert sentence.endswith((".", "?", "}")), sentence


@pytest.mark.parametrize("kind", [*_ADVICE], ids=lambda kind: kind.__name__)
def test_advice_is_built_from_what_the_failure_holds(kind: type[NodeError]) -> None:
    assert places(_ADVICE[kind]) <= places(kind.sentence)
