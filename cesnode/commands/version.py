"""Which versions these are, and whether the installation is whole."""

from __future__ import annotations

import platform
from importlib.metadata import version as version_of

import click
import msgspec

import cesnode
from cesnode.commands import showing
from cesnode.commands.terminal import Command, Terminal, at_terminal
from cesnode.resources import resource
from cesnode.store import schema
from cesnode.store.sqlite import NEEDS_WRITE_LOCK, sqlite3


class VersionView(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    version: str


class DetailedVersionView(VersionView, frozen=True, kw_only=True):
    """`write_lock`: this SQLite needs a lock of our own; `templates`: where they lie."""

    python: str
    sqlite: str
    write_lock: bool
    aiohttp: str
    schema: int
    templates: str
    example: str


@click.command(cls=Command, examples=["cesnode version", "cesnode version --verbose"])
@click.option("--verbose", is_flag=True, help="Also tell what it runs on.")
@at_terminal
def version(terminal: Terminal, *, verbose: bool) -> None:
    """Show which versions these are."""
    if not verbose:
        short = VersionView(name="cesnode", version=cesnode.__version__)
        terminal.answer(short, lambda: click.echo(f"cesnode {short.version}"))
        return
    view = DetailedVersionView(
        name="cesnode",
        version=cesnode.__version__,
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        write_lock=NEEDS_WRITE_LOCK,
        aiohttp=version_of("aiohttp"),
        schema=schema.VERSION,
        templates=str(resource("templates")),
        example=str(resource("config.example.toml")),
    )
    terminal.answer(view, lambda: _show(view))


def _show(view: DetailedVersionView) -> None:
    showing.facts(
        [
            ("cesnode", view.version),
            ("Python", view.python),
            ("SQLite", view.sqlite + (", with a lock" if view.write_lock else "")),
            ("aiohttp", view.aiohttp),
            ("Schema", str(view.schema)),
            ("Templates", view.templates),
            ("Example", view.example),
        ]
    )
