"""Markets of exchanges that are served in this process: put up, share, hear, find."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from cesnode.community.market import Audience, Kind, Wish
from cesnode.jobs import offers
from cesnode.services.market import finding, publishing
from cesnode.services.market.drafts import Draft
from cesnode.services.market.finding import Wanted
from cesnode.services.market.seeing import Seen
from cesnode.store import Reader, Writer, feeds
from cesnode.store.feeds import Feed
from tests.support.exchanges import Person, acting_as, join
from tests.support.exchanges_online import Town

WAIT = 16 * 60


class Stall:
    """Somebody at an exchange who puts things up."""

    def __init__(self, town: Town, person: Person) -> None:
        self.town = town
        self.person = person

    @classmethod
    async def of(cls, town: Town, name: str) -> Stall:
        return cls(town, await town.store.write(join, name))

    async def put(
        self,
        title: str,
        *,
        kind: Kind = Kind.OFFERING,
        audience: Audience = Audience.NEIGHBOURS,
        **draft: Any,  # noqa: ANN401 - Draft checks
    ) -> int:
        def work(writer: Writer) -> int:
            made = publishing.publish(
                writer,
                acting_as(writer, self.person),
                kind,
                self.person.number,
                Draft(title=title, audience=audience, **draft),
                id=uuid4(),
                now=self.town.voice.clock(),
            )
            return made.listing.id

        return await self.town.store.write(work)

    async def wish(self, listing: int, wish: Wish) -> None:
        def work(writer: Writer) -> None:
            actor = acting_as(writer, self.person)
            publishing.move(writer, actor, listing, wish, now=self.town.voice.clock())

        await self.town.store.write(work)

    async def rewrite(self, listing: int, draft: Draft) -> None:
        def work(writer: Writer) -> None:
            actor = acting_as(writer, self.person)
            publishing.rewrite(writer, actor, listing, draft, now=self.town.voice.clock())

        await self.town.store.write(work)

    async def sees(self, words: str = "", **wanted: Any) -> list[Seen]:  # noqa: ANN401
        """Return what this person finds on the market."""

        def look(reader: Reader) -> list[Seen]:
            sought = Wanted(words=words, **wanted)
            actor = acting_as(reader, self.person)
            now = self.town.voice.clock()
            return list(finding.browse(reader, actor, sought, now=now).listings)

        return await self.town.store.read(look)

    async def titles(self, words: str = "", **wanted: Any) -> list[str]:  # noqa: ANN401
        return [each.title for each in await self.sees(words, **wanted)]


async def hear(town: Town, later: Callable[[], None]) -> None:
    """Let a quarter of an hour pass, and a node hear its neighbours."""
    later()
    await offers.gather(town.voice)


async def feed_of(town: Town, other: Town) -> Feed:
    peer = await town.peer(other)
    feed = await town.store.read(feeds.of_peer, peer.id)
    assert feed is not None
    return feed
