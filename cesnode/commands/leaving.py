"""Letting a community leave: everything of it in documented files."""

from __future__ import annotations

from pathlib import Path

import click

from cesnode.commands import showing
from cesnode.commands.terminal import Command, Terminal, Word, at_terminal
from cesnode.services.leaving.leaving import Leaving, Written, leave


@click.command(
    cls=Command,
    examples=[
        "cesnode export csv everything/",
        "cesnode export bundle bundle/ --json",
    ],
)
@click.argument("form", type=Word(Leaving), metavar="FORMAT")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@at_terminal
def export(terminal: Terminal, *, form: Leaving, directory: Path) -> None:
    """Write everything of the community as documented files.

    FORMAT is csv (our own tables, which can be read back to the last digit), ces,
    bundle (Komunitin), jsonl or beancount.  DIR must be new or empty.
    """
    with terminal.reading() as (reader, actor):
        written = leave(reader, actor, terminal.folder, form, directory, now=terminal.now)
    terminal.answer(written, lambda: _show_written(written))


def _show_written(written: Written) -> None:
    showing.table(("File", ">Rows"), [(one.name, str(one.rows)) for one in written.files])
    for note in written.notes:
        click.echo(note)
    click.echo(f"All of it is in {written.directory}.")
