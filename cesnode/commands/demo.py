"""Made-up communities with a year of life, to try the software with."""

from __future__ import annotations

from functools import partial

import click

from cesnode.commands import demo_showing
from cesnode.commands.demo_folders import prepare
from cesnode.commands.demo_serving import run
from cesnode.commands.terminal import Command, Terminal, at_terminal
from cesnode.services.demonstration.cast import CAST

_SEED = 1


@click.command(
    cls=Command,
    examples=[
        "cesnode demo",
        "cesnode demo --nodes 1",
        "cesnode demo --port 9000 --seed 7 --data /tmp/three-communities",
    ],
)
@click.option(
    "--nodes",
    type=click.IntRange(1, len(CAST)),
    default=len(CAST),
    show_default=True,
    help="How many communities; more than one trade with each other.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_536 - len(CAST)),
    help="Where the first one listens, on this computer only, and the others next to it:"
    " 8101, or as it was before; 0 takes free ones.",
)
@click.option(
    "--seed",
    type=int,
    default=_SEED,
    show_default=True,
    help="Another number makes another year.",
)
@at_terminal(folder="demo")
def demo(terminal: Terminal, *, nodes: int, port: int | None, seed: int) -> None:
    """Serve made-up communities on this computer.

    The first start fills a folder for each with forty members and a year of their trades,
    and lets them agree to trade with each other; later ones serve the same again.  While
    they are served, something happens every few seconds.
    """
    stages = prepare(terminal.folder, nodes, port, seed=seed, now=terminal.now)
    tell = partial(demo_showing.tell, terminal, stages)
    raise SystemExit(run(stages, ready=tell))
