"""Murmurations: what the exchange tells of itself to maps and directories."""

from __future__ import annotations

import asyncio

import click
import msgspec

from cesnode import config
from cesnode.commands.terminal import Group, Terminal, at_terminal, by_option
from cesnode.community.roles import Permission
from cesnode.errors import MurmurationsOff
from cesnode.formats.murmurations import Profile
from cesnode.jobs import indexing
from cesnode.web.feeds.murmurations import profile
from cesnode.web.site import MURMURATIONS, Site


class IndexView(msgspec.Struct, frozen=True):
    """What became of a profile, by its address, at an index."""

    profile_url: str
    index: str
    status: str


_index = click.option(
    "--index",
    default=indexing.INDEX,
    show_default=True,
    metavar="URL",
    help="Which index of communities.",
)


@click.group(cls=Group)
def murmurations() -> None:
    """Tell maps and directories of the exchange."""


@murmurations.command(
    examples=["cesnode murmurations show", "cesnode murmurations show --json"]
)
@by_option
@at_terminal
def show(terminal: Terminal) -> None:
    """Show what would be told, whether it is or not."""
    told, address, site = _told(terminal)
    text = msgspec.json.format(msgspec.json.encode(told), indent=2).decode()
    state = "is told" if site.murmurations.shows else "is not told"

    def say() -> None:
        click.echo(f"This {state} at {address}:")
        click.echo(text)

    terminal.answer(told, say)


@murmurations.command(examples=["cesnode murmurations announce"])
@_index
@by_option
@at_terminal
def announce(terminal: Terminal, *, index: str) -> None:
    """Ask an index to read the profile: at first, and within every three months."""
    _, address, site = _told(terminal)
    if not site.murmurations.shows:
        raise MurmurationsOff
    status = asyncio.run(indexing.announce(index, address))
    view = IndexView(address, index, status)
    terminal.answer(view, lambda: click.echo(f"{index} has it: {status}."))


@murmurations.command(examples=["cesnode murmurations withdraw"])
@_index
@by_option
@at_terminal
def withdraw(terminal: Terminal, *, index: str) -> None:
    """Ask an index to forget the profile, once it is not told any more."""
    _, address, _ = _told(terminal)
    asyncio.run(indexing.withdraw(index, address))
    view = IndexView(address, index, "deleted")
    terminal.answer(view, lambda: click.echo(f"{index} has forgotten it."))


def _told(terminal: Terminal) -> tuple[Profile, str, Site]:
    """Return what is told, where, and how the site is set up."""
    site = Site.chosen(config.load(terminal.folder))
    with terminal.reading() as (reader, actor):
        actor.require(Permission.SET_RULES)
        exchange = terminal.exchange(reader)
    told = profile(exchange, site, now=terminal.now)
    return told, exchange.origin + MURMURATIONS, site
