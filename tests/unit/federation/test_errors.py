"""Every problem has a status, a title and one spelling on the wire."""

from __future__ import annotations

import json

import pytest

from federation.errors import (
    NATURE,
    FederationError,
    Problem,
    read_problem,
    signature_invalid,
)


def test_every_problem_has_a_nature() -> None:
    assert set(NATURE) == set(Problem)


@pytest.mark.parametrize("problem", Problem)
def test_every_problem_is_read_as_it_is_written(problem: Problem) -> None:
    error = FederationError(problem, "So it is.", members={"ours": 1})

    told = json.loads(error.document("/fed/v1/ping"))

    assert read_problem(error.document("/")) is problem
    assert told == {
        "type": f"https://cxn.example/problems/{problem}",
        "title": NATURE[problem].title,
        "status": NATURE[problem].status,
        "detail": "So it is.",
        "instance": "/fed/v1/ping",
        "ours": 1,
    }


def test_what_may_end_better_later_is_said_to() -> None:
    assert {problem.value for problem in Problem if problem.retryable} == {
        "busy",
        "clock-skew",
        "maintenance",
        "moved",
        "peer-paused",
        "rate-limited",
        "replay",
    }


@pytest.mark.parametrize(
    "document", [b"", b"<html>", b"[]", b'{"type":"x"}', b'{"type":1}']
)
def test_an_unknown_problem_is_none(document: bytes) -> None:
    assert read_problem(document) is None


def test_the_reason_is_for_the_log_and_the_detail_for_the_peer() -> None:
    error = signature_invalid("two labels")

    assert error.reason == "two labels"
    assert "two labels" not in str(error)
    assert b"two labels" not in error.document("/")
    assert FederationError(Problem.BUSY, "Wait.").reason == "Wait."
