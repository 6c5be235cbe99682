"""Categories: how the offerings and wants of an exchange are sorted."""

from __future__ import annotations

import click

from cesnode.commands import showing
from cesnode.commands.terminal import Group, Terminal, Word, at_terminal, by_option
from cesnode.community.languages import LANGUAGES
from cesnode.resources import resource
from cesnode.services.market import keeping
from cesnode.store.categories import Category
from cesnode.store.searching import By


@click.group(cls=Group)
def category() -> None:
    """Sort offerings and wants into categories."""


@category.command(
    "list", examples=["cesnode category list", "cesnode category list --json"]
)
@at_terminal
def list_(terminal: Terminal) -> None:
    """List the categories, each before its subcategories."""
    with terminal.reading() as (reader, _):
        found = keeping.tree(reader)
    terminal.answer(
        found,
        lambda: showing.table(
            [">Id", "Name", "Icon"],
            [
                [str(one.id), f"  {one.name}" if one.parent else one.name, one.icon]
                for one in found
            ],
        ),
    )


@category.command(
    examples=["cesnode category start", "cesnode category start --language ca"]
)
@click.option(
    "--language",
    type=click.Choice(sorted(LANGUAGES)),
    default="en",
    show_default=True,
    help="In which language.",
)
@by_option
@at_terminal
def start(terminal: Terminal, *, language: str) -> None:
    """Add a set of categories to begin with; what is there already stays."""
    from cesnode.community.starting import CATEGORIES  # noqa: PLC0415 - needs no start
    from cesnode.web import catalogues  # noqa: PLC0415

    say = catalogues.load(resource("locale"), LANGUAGES[language]).gettext
    tree = {
        say(name): (icon, [say(child) for child in children])
        for name, (icon, children) in CATEGORIES.items()
    }
    with terminal.writing() as (writer, actor):
        keeping.begin(writer, actor, tree, now=terminal.now)
        found = keeping.tree(writer)
    terminal.answer(found, lambda: click.echo(f"There are {len(found)} categories."))


@category.command(
    examples=["cesnode category add Tools", "cesnode category add Ladders --under 3"]
)
@click.argument("name")
@click.option("--under", type=int, metavar="ID", help="The category it is part of.")
@click.option("--icon", default="", help="One sign that stands for it.")
@by_option
@at_terminal
def add(terminal: Terminal, *, name: str, under: int | None, icon: str) -> None:
    """Add a category."""
    with terminal.writing() as (writer, actor):
        made = keeping.add(writer, actor, name, parent=under, icon=icon, now=terminal.now)
    _tell(terminal, made)


@category.command(examples=['cesnode category rename 3 "Bread and cakes" --icon 🍞'])
@click.argument("number", metavar="ID", type=int)
@click.argument("name")
@click.option("--icon", default="", help="One sign that stands for it.")
@by_option
@at_terminal
def rename(terminal: Terminal, *, number: int, name: str, icon: str) -> None:
    """Give a category another name."""
    with terminal.writing() as (writer, actor):
        renamed = keeping.rename(writer, actor, number, name, icon=icon, now=terminal.now)
    _tell(terminal, renamed)


@category.command(examples=["cesnode category move 7 --under 3 --place 1"])
@click.argument("number", metavar="ID", type=int)
@click.option("--under", type=int, metavar="ID", help="The category it is to be part of.")
@click.option("--place", type=int, default=0, help="Its place among the others.")
@by_option
@at_terminal
def move(terminal: Terminal, *, number: int, under: int | None, place: int) -> None:
    """Put a category elsewhere; its listings go with it."""
    with terminal.writing() as (writer, actor):
        moved = keeping.move(
            writer, actor, number, parent=under, position=place, now=terminal.now
        )
    _tell(terminal, moved)


@category.command(examples=["cesnode category merge 7 --into 3"])
@click.argument("number", metavar="ID", type=int)
@click.option("--into", required=True, type=int, metavar="ID", help="What stays.")
@by_option
@at_terminal
def merge(terminal: Terminal, *, number: int, into: int) -> None:
    """Make two categories one; all listings stay."""
    with terminal.writing() as (writer, actor):
        kept = keeping.merge(writer, actor, number, into, now=terminal.now)
    _tell(terminal, kept)


@category.command(examples=["cesnode category search letters"])
@click.argument("way", type=Word(By))
@by_option
@at_terminal
def search(terminal: Terminal, *, way: By) -> None:
    """Choose how the market is searched: by words, or by letters.

    Letters are for languages that put no spaces between words.
    """
    with terminal.writing() as (writer, actor):
        keeping.search_by(writer, actor, way, now=terminal.now)
    terminal.answer({"search": way}, lambda: click.echo(f"Searched by {way}."))


def _tell(terminal: Terminal, one: Category) -> None:
    terminal.answer(one, lambda: click.echo(f"{one.id}  {one.name}"))
