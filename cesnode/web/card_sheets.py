"""Sign-in cards for all who were brought over, on one sheet that is drawn beside the loop.

Each card's words are hashed, which takes a while.  The sheet is kept in memory alone, for
the one who asked for it, until they throw it away or the node ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from cesnode.community.roles import Actor
from cesnode.services import admitting
from cesnode.services.admitting import Card
from cesnode.services.bringing import inviting
from cesnode.store import Store
from cesnode.store.brought import Stranger
from cesnode.web.hashing import Hashing
from cesnode.web.pictures import qr


@dataclass(slots=True, kw_only=True)
class CardSheet:
    """The cards somebody asked for, `done` of `total` drawn; each with its picture."""

    member: int | None
    total: int
    done: int = 0
    cards: Sequence[tuple[Card, str]] = ()
    is_under_way: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """For whom a sheet is, and who asked for it, in which language."""

    actor: Actor
    strangers: Sequence[Stranger]
    exchange: str
    language: str
    now: int


class CardSheets:
    """Belongs to one event loop; one sheet at a time."""

    def __init__(self, store: Store, hashing: Hashing) -> None:
        self.latest: CardSheet | None = None
        self._store, self._hashing = store, hashing
        self._task: asyncio.Task[None] | None = None

    def of(self, actor: Actor) -> CardSheet | None:
        """Return the sheet that somebody asked for, and nobody else's."""
        if self.latest is None or self.latest.member != actor.member:
            return None
        return self.latest

    def begin(self, order: Order) -> None:
        """Draw a card for each; while one sheet is drawn, no other is begun."""
        if self.latest is not None and self.latest.is_under_way:
            return
        self.latest = CardSheet(member=order.actor.member, total=len(order.strangers))
        self._task = asyncio.create_task(self._draw(self.latest, order))

    def throw_away(self, actor: Actor) -> None:
        if (sheet := self.of(actor)) is not None and not sheet.is_under_way:
            self.latest = None

    async def close(self) -> None:
        """Leave what is half drawn."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _draw(self, sheet: CardSheet, order: Order) -> None:
        drawn = []
        try:
            for one in order.strangers:
                words = await self._hashing.run(admitting.draw_words, order.language)
                drawn.append((one, words))
                sheet.done += 1
            cards = await self._store.write(
                inviting.make_cards, order.actor, drawn, now=order.now
            )
        except BaseException:
            self.latest = None  # There is nothing to show: it can be asked for again.
            raise
        sheet.cards = [(card, qr(card.address, order.exchange)) for card in cards]
        sheet.is_under_way = False
