"""Shows what was measured, to people as tables and to programs as JSON."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table as Grid

from bench.figures import Aim, Part, Spread, Table
from bench.machine import Machine

_MANY, _SOME = 100, 10


class Report(msgspec.Struct, frozen=True, kw_only=True):
    machine: Machine
    quick: bool
    parts: tuple[Part, ...]


def as_json(report: Report) -> str:
    return msgspec.json.format(msgspec.json.encode(report)).decode()


def show(console: Console, report: Report) -> None:
    console.print(_of_machine(report.machine))
    if not report.machine.syncs:
        console.print(
            "[bold]This folder is in memory: nothing waits for a disk, and what is said of"
            " commits here says nothing.[/] Name another with --folder."
        )
    for part in report.parts:
        for table in part.tables:
            console.print(_grid(table))
    aims = [aim for part in report.parts for aim in part.aims]
    if aims:
        console.print(_aims(aims))
    console.print(
        "Each figure is a median (least–most). Trust the ratios; see bench/README.md."
    )


def written(spread: Spread) -> str:
    """Write a spread as "median (least–most)", or alone where there is one value."""
    if spread.least == spread.most:
        return _number(spread.median)
    return f"{_number(spread.median)} ({_number(spread.least)}–{_number(spread.most)})"


def _of_machine(machine: Machine) -> str:
    return (
        f"{machine.cores} cores, load {machine.load:.2f} at the start,"
        f" Linux {machine.kernel}, {machine.file_system},"
        f" Python {machine.python}, SQLite {machine.sqlite}"
    )


def _grid(table: Table) -> Grid:
    grid = Grid(title=table.title, title_justify="left", box=box.SIMPLE_HEAD)
    grid.add_column("")
    for column in table.columns:
        grid.add_column(column, justify="right")
    for row in table.rows:
        grid.add_row(row.label, *map(written, row.figures))
    return grid


def _aims(aims: Sequence[Aim]) -> Grid:
    grid = Grid(title="Aims", title_justify="left", box=box.SIMPLE_HEAD)
    for column in ("", "measured", "aim", ""):
        grid.add_column(column)
    for aim in aims:
        verdict = "met" if aim.is_met else "[bold]short of it[/]"
        wanted = f"{aim.bound} {_number(aim.value)}"
        grid.add_row(aim.what, written(aim.measured), wanted, verdict)
    return grid


def _number(value: float) -> str:
    if value >= _MANY:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= _SOME else f"{value:.2f}"
