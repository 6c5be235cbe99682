"""Areas: the parts of an exchange, and where they are."""

from __future__ import annotations

import click
import msgspec

from cesnode.commands import showing
from cesnode.commands.terminal import Group, Terminal, at_terminal, by_option
from cesnode.community.profiles import place_text
from cesnode.services import areas
from cesnode.services.areas import Area


class AreaView(msgspec.Struct, frozen=True):
    """An area; `place` is "latitude, longitude" in degrees, empty if nobody said."""

    name: str
    place: str


@click.group(cls=Group)
def area() -> None:
    """Put the areas of the exchange on the map."""


@area.command("list", examples=["cesnode area list", "cesnode area list --json"])
@by_option
@at_terminal
def list_(terminal: Terminal) -> None:
    """List the areas and their points."""
    with terminal.reading() as (reader, actor):
        found = [_view(one) for one in areas.every(reader, actor)]
    terminal.answer(
        found,
        lambda: showing.table(["Area", "Place"], [[one.name, one.place] for one in found]),
    )


@area.command(
    examples=['cesnode area place North "38.7223, -9.1393"', 'cesnode area place North ""']
)
@click.argument("name")
@click.argument("place", metavar="PLACE")
@by_option
@at_terminal
def place(terminal: Terminal, *, name: str, place: str) -> None:
    """Say where an area is: latitude and longitude of its middle; empty takes it off.

    From it members see how far something is.  Whoever tells no place of their own is
    reckoned to be there.
    """
    with terminal.writing() as (writer, actor):
        view = _view(areas.place(writer, actor, name, place, now=terminal.now))
    terminal.answer(view, lambda: click.echo(f"{view.name}: {view.place or 'nowhere'}"))


def _view(one: Area) -> AreaView:
    return AreaView(one.name, place_text(one.place))
