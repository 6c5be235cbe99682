"""Looks whether all is well that the node needs, and says what to try where it is not."""

from __future__ import annotations

import click
import msgspec

from cesnode import config
from cesnode.commands import doctor_around, doctor_machine, showing
from cesnode.commands.doctor_findings import Finding, State, of_errors
from cesnode.commands.terminal import (
    FAILED,
    NEEDS_ATTENTION,
    Command,
    Terminal,
    at_terminal,
)

_MARKS = {State.WELL: "well", State.ATTENTION: "LOOK", State.WRONG: "WRONG"}


class DoctorView(msgspec.Struct, frozen=True, kw_only=True):
    ok: bool
    findings: list[Finding]


@click.command(
    cls=Command,
    examples=["cesnode doctor", "cesnode doctor --offline", "cesnode doctor --json"],
)
@click.option(
    "--offline", is_flag=True, help="Do not ask the mail server, nor any address."
)
@at_terminal
def doctor(terminal: Terminal, *, offline: bool) -> None:
    """Look whether everything the node needs is well.

    Nothing is changed, and the server may run.  Ends with 0 if all is well, with 3 if
    something has to be looked at, and with 1 if something is wrong.
    """
    with terminal.reading() as (reader, _):
        exchange = terminal.exchange(reader)
    with of_errors("settings", "correct it; config.example.toml explains each key") as told:
        settings = config.load(terminal.folder)
    if told:
        settings = config.Config()
    found = [*told, *doctor_machine.look(terminal, exchange, settings)]
    found += doctor_around.look_inside(terminal, exchange)
    if not offline:
        found += doctor_around.look_outside(terminal, exchange, settings)
    view = DoctorView(ok=all(one.state is State.WELL for one in found), findings=found)
    terminal.answer(view, lambda: _show(view))
    states = {one.state for one in found}
    if State.WRONG in states:
        raise SystemExit(FAILED)
    if State.ATTENTION in states:
        raise SystemExit(NEEDS_ATTENTION)


def _show(view: DoctorView) -> None:
    showing.table(
        ["", "What", "Found", "Try"],
        [[_MARKS[one.state], one.name, one.says, one.tip] for one in view.findings],
    )
