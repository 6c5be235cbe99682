"""Brings made-up files into folders, and looks at what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cesnode.community.roles import OPERATOR
from cesnode.formats.brought import Problem, Wanted
from cesnode.formats.corrections import Correction
from cesnode.ledger.money import render
from cesnode.services.bringing.bringing import bring
from cesnode.services.bringing.gathering import gathered
from cesnode.services.bringing.outcome import Brought
from cesnode.services.bringing.starting import Choice
from cesnode.services.bringing.systems import System
from cesnode.store import accounts, exchanges
from cesnode.store.auditor import audit
from cesnode.store.database import FILE
from cesnode.store.store import reading

MOVED = 1_800_000_000
"""When everybody moves."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a run answered, and what it found wrong."""

    result: Brought
    problems: list[Problem]

    @property
    def reasons(self) -> list[str]:
        return [f"{one.file} {one.row} {one.column}: {one.reason}" for one in self.problems]


def move(  # noqa: PLR0913 - what a test may say of it
    data: Path,
    path: Path,
    system: System = System.CES,
    *,
    apply: bool = True,
    hour_value: str | None = "10",
    opening: bool = False,
    now: int = MOVED,
    code: str | None = None,
    name: str | None = None,
    given: Sequence[Correction] = (),
) -> Move:
    choice = Choice(
        wanted=Wanted(code=code, name=name),
        hour_value=hour_value,
        opening=opening,
    )
    with gathered(path, system, choice.wanted, given) as found:
        result = bring(data, OPERATOR, found, choice, apply=apply, now=now)
        return Move(result, list(found.told()))


def balances(data: Path) -> dict[str, str]:
    with reading(data) as reader:
        currency = exchanges.load(reader, MOVED).currency
        return {
            one.number: render(one.position.balance, currency)
            for one in accounts.every(reader)
        }


def require_sound(data: Path) -> None:
    """Let the auditor go through the file, which knows nothing of bringing."""
    findings = audit(data / FILE).findings
    ours = [one for one in findings if one.table != "sqlite_schema"]
    assert not ours, ours
