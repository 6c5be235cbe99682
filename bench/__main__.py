"""`python -m bench [PART...]`: measure, and print a table or JSON."""

from __future__ import annotations

import signal
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

import click
from rich.console import Console

from bench import effort, machine, place, printing
from bench.figures import Part
from bench.parts import (
    audit,
    bringing,
    federation,
    growth,
    local,
    memory,
    pages,
    profiling,
    readers,
    searching,
    start,
)
from bench.place import Bench
from bench.processes import ProcessFailed

PARTS: Mapping[str, Callable[[Bench], Part]] = {
    part.NAME: part.measure
    for part in (
        local,
        federation,
        growth,
        memory,
        start,
        audit,
        readers,
        bringing,
        searching,
        pages,
        profiling,
    )
}
_WIDTH = 120  # Where the output is no terminal.
_SHOWN = 2_000
USUAL = tuple(name for name in PARTS if name != profiling.NAME)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("names", nargs=-1, type=click.Choice(list(PARTS)), metavar="[PART]...")
@click.option("--quick", is_flag=True, help="Short and small, to see that all works.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path(tempfile.gettempdir()),
    help="Where to keep files meanwhile; its disk is what is measured.",
)
def main(names: tuple[str, ...], *, quick: bool, as_json: bool, folder: Path) -> None:
    """Measure the node against the bare minimum of the same machine and minute.

    Parts: local federation growth memory start audit readers bringing searching pages,
    and profile if it is named.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    seen = machine.describe(folder)
    wanted = names or USUAL
    with place.bench(effort.QUICK if quick else effort.FULL, folder) as bench:
        parts = tuple(part for name in wanted if (part := _measure(name, bench)))
    report = printing.Report(machine=seen, quick=quick, parts=parts)
    if as_json:
        click.echo(printing.as_json(report))
    else:
        printing.show(Console(width=None if sys.stdout.isatty() else _WIDTH), report)
    if len(parts) < len(wanted):
        raise SystemExit(1)


def _measure(name: str, bench: Bench) -> Part | None:
    """Return None for a part that failed; the others are worth having without it."""
    try:
        return PARTS[name](bench)
    except ProcessFailed as error:
        bench.say(f"{name} could not be measured: {str(error)[:_SHOWN]}")
        return None


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt  # Whatever the parent set, and so that all is cleared away.


if __name__ == "__main__":
    main(prog_name="python -m bench")
