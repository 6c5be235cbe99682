"""Alarms: what a person has to look at, and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import click

from cesnode.commands import showing
from cesnode.commands.terminal import (
    NEEDS_ATTENTION,
    Command,
    Terminal,
    at_terminal,
    by_option,
)
from cesnode.services.peering import alarming
from cesnode.services.peering.views import AlarmView

_SETTLE = "cesnode peer alarms --settle {id} --reason …"
ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "waiting": "cesnode peer trace {trade}",
        "stuck": "cesnode peer trace {trade}, and ask the people of {peer}",
        "may-be-forced": "cesnode trade force-void {trade} --reason …, if {peer} is gone",
        "forced": "cesnode peer trace {trade}; then " + _SETTLE,
        "late-commit": "cesnode peer dispute list",
        "dispute": "cesnode peer trace {trade}; refund it, settle or write off",
        "settlement": "cesnode peer settlements, then peer agree or peer refuse",
        "settlement-refused": "ask the people of {peer}; then " + _SETTLE,
        "setoff": "cesnode peer circle list, then agree or decline",
        "setoff-waiting": "cesnode peer circle list",
        "setoff-stuck": "cesnode peer circle list, and ask who is missing",
        "setoff-may-be-forced": "cesnode peer circle force …, if nobody decides it",
        "recovered": "cesnode trade show {trade}; then " + _SETTLE,
        "mismatch": "cesnode ledger check, and ask for help",
        "fork": "keep everything, and talk to the people of {peer}",
        "contradiction": "cesnode peer trace {trade}; keep everything",
        "near-limit:credit_line": "cesnode peer set {peer} --credit-line …, or settle",
        "near-limit:max_we_owe": "cesnode peer settle {peer} …",
    }
)
"""By the kind of alarm; any other is looked at and settled."""


@click.command(
    cls=Command,
    examples=[
        "cesnode peer alarms --json",
        'cesnode peer alarms --settle 3 --reason "Talked to Maria, all is well"',
    ],
)
@click.option("--settle", type=click.IntRange(1), metavar="ID", help="It was looked at.")
@click.option("--reason", metavar="TEXT", help="What was found; kept with the act.")
@by_option
@at_terminal
def alarms(terminal: Terminal, *, settle: int | None, reason: str | None) -> None:
    """List what somebody has to look at, with what to try; ends with 3 if there is any."""
    if (settle is None) != (reason is None):
        raise click.UsageError("--settle and --reason go together")
    if settle is not None and reason is not None:
        with terminal.writing() as (writer, actor):
            alarming.settle(writer, actor, settle, reason=reason, now=terminal.now)
    with terminal.reading() as (reader, actor):
        found = alarming.standing(reader, actor)
    terminal.answer(found, lambda: _list(found))
    if found:
        raise SystemExit(NEEDS_ATTENTION)


def advice(alarm: AlarmView) -> str:
    """Return what to try about an alarm."""
    tip = ADVICE.get(alarm.kind, _SETTLE)
    told = {"id": alarm.id, "trade": alarm.trade or "TRADE", "peer": alarm.peer or "PEER"}
    return tip.format(**told)


def _list(found: list[AlarmView]) -> None:
    showing.table(
        [">Id", "Since", "Exchange", "Trade", "What", "Details", "Try"],
        [
            [
                str(one.id),
                one.at,
                one.peer,
                one.trade,
                one.kind,
                one.details,
                advice(one),
            ]
            for one in found
        ],
    )


COMMANDS = (alarms,)
