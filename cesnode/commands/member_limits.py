"""Who stays near a limit, so that somebody can talk to them."""

from __future__ import annotations

import click
import msgspec

from cesnode.commands import showing
from cesnode.commands.terminal import Command, Terminal, at_terminal
from cesnode.services.market import advising
from cesnode.services.market.advising import Staying
from cesnode.services.views import instant


class StayingView(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody near the `floor` or the `ceiling` of their account for two weeks or more."""

    number: str
    name: str
    area: str | None
    side: str
    since: str


@click.command("near-limits", cls=Command, examples=["cesnode member near-limits --json"])
@at_terminal
def near_limits(terminal: Terminal) -> None:
    """List who stays near a limit, by name, since when."""
    with terminal.reading() as (reader, actor):
        found = advising.staying(reader, actor, now=terminal.now)
    views = [_view(one) for one in found]
    terminal.answer(
        views,
        lambda: showing.table(
            ["Number", "Name", "Area", "Near", "Since"],
            [[one.number, one.name, one.area, one.side, one.since] for one in views],
        ),
    )


COMMANDS = (near_limits,)


def _view(one: Staying) -> StayingView:
    return StayingView(
        number=one.number,
        name=one.name,
        area=one.area,
        side=one.side,
        since=instant(one.since),
    )
