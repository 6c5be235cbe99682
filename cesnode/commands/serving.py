"""Serving the node until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
import msgspec

from cesnode import app, config
from cesnode.commands.terminal import Command, Terminal, at_terminal
from cesnode.config import Config

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class ServingView(msgspec.Struct, frozen=True):
    address: str


@click.command(
    cls=Command,
    examples=[
        "cesnode serve",
        "cesnode serve --data /var/lib/cesnode --port 8081",
        "cesnode serve --port 0",
    ],
)
@click.option("--host", help="Where to listen; else as config.toml says, or 127.0.0.1.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    help="Else as config.toml says, or 8080; 0 takes a free one.",
)
@at_terminal
def serve(terminal: Terminal, *, host: str | None, port: int | None) -> None:
    """Serve the exchange to people and programs.

    It serves until it is told to stop, by Ctrl-C or SIGTERM.  When it is ready, the
    address is printed on a line of its own.
    """
    settings = config.load(terminal.folder)
    logging.basicConfig(level=settings.log.level.upper(), format=_FORMAT)
    server = replace(
        settings.server,
        host=settings.server.host if host is None else host,
        port=settings.server.port if port is None else port,
    )
    settings = replace(settings, server=server)
    raise SystemExit(run(terminal.folder, settings, ready=lambda at: _tell(terminal, at)))


def run(folder: Path, settings: Config, *, ready: Callable[[str], None]) -> int:
    """Serve a folder; return the exit code."""
    return asyncio.run(app.serve(folder, settings, ready=ready))


def _tell(terminal: Terminal, address: str) -> None:
    if terminal.as_json:
        click.echo(msgspec.json.encode(ServingView(address)))
    else:
        click.echo(address)
        click.echo("Ready. Ctrl-C stops it.", err=True)
