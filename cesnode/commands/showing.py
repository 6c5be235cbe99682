"""How answers look to people: tables, facts, progress; plain where nobody looks on.

Rich leaves colours out for NO_COLOR and for what is not a terminal; what goes to a
file or a pipe is never cut to a width.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import click
from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

_UNCUT = 10_000

Report = Callable[[int, int], None]
"""Told how much is done, of how much."""


def table(columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> None:
    """Print rows under headings; one that begins with ">" is of numbers."""
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        numeric = column.startswith(">")
        shown.add_column(
            column.removeprefix(">"),
            justify="right" if numeric else "left",
            no_wrap=numeric,
            overflow="fold",
        )
    for row in rows:
        shown.add_row(*(cell or "" for cell in row))
    _console().print(shown)


def facts(pairs: Iterable[tuple[str, str | None]]) -> None:
    """Print names and values, one a line; what is None is left out."""
    told = [(name, value) for name, value in pairs if value is not None]
    width = max(len(name) for name, _ in told)
    for name, value in told:
        click.echo(f"{name:{width}}  {value}")


def signed(amount: str) -> str:
    """Write a plus before what is above zero, as a minus stands before what is below."""
    return amount if amount.startswith("-") or not amount.strip("0.") else f"+{amount}"


@contextmanager
def progress(what: str) -> Iterator[Report]:
    """Show a bar on stderr while something long is done; nothing if nobody looks on."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _console() -> Console:
    return Console(
        markup=False,
        emoji=False,
        highlight=False,
        width=None if sys.stdout.isatty() else _UNCUT,
    )
