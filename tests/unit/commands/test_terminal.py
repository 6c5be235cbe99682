"""What all commands share: questions, signs, failures of the disk."""

from __future__ import annotations

import io
import json
import sys

import click
import pytest
from typing_extensions import override

from cesnode.commands.showing import signed
from cesnode.commands.terminal import Command, Terminal, at_terminal, confirm
from cesnode.errors import Code, StoreFull
from cesnode.store.database import DiskFailed


class Keyboard(io.StringIO):
    """Somebody who sits at a terminal and types."""

    @override
    def isatty(self) -> bool:
        return True


def test_a_person_is_asked_before_something_final(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Keyboard("n\ny\n"))

    with pytest.raises(click.Abort):
        confirm("Close it for good?", yes=False)
    confirm("Close it for good?", yes=False)


@pytest.mark.parametrize(("stdin", "yes"), [(Keyboard(), True), (io.StringIO(), False)])
def test_who_says_yes_and_what_is_no_person_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, stdin: io.StringIO, *, yes: bool
) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)

    confirm("Close it for good?", yes=yes)


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("12.50", "+12.50"), ("-1", "-1"), ("0.00", "0.00"), ("0", "0"), ("100", "+100")],
)
def test_what_is_above_zero_has_a_plus(amount: str, shown: str) -> None:
    assert signed(amount) == shown


@pytest.mark.parametrize(
    ("error", "code", "tip"),
    [
        (StoreFull(), Code.STORE_FULL, ""),
        (
            DiskFailed("disk I/O error"),
            Code.STORE_UNAVAILABLE,
            "Try: the same command once the disk was checked\n",
        ),
    ],
)
def test_a_failure_of_the_disk_is_said_and_ends_with_1(
    capsys: pytest.CaptureFixture[str], error: Exception, code: Code, tip: str
) -> None:
    @click.command(cls=Command, examples=[])
    @at_terminal
    def write(_terminal: Terminal) -> None:
        raise error

    with pytest.raises(SystemExit) as ended:
        write.main(["--json"])

    said = capsys.readouterr()
    assert ended.value.code == 1
    assert json.loads(said.out)["error"]["code"] == code
    assert said.err.startswith("Error: ")
    assert said.err.endswith(tip)
