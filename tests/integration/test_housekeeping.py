"""What the clock starts at home: lapsing, silence, the daily checkpoint, alarms."""

from __future__ import annotations

import time
from pathlib import Path

from cesnode.jobs import housekeeping
from cesnode.jobs.voice import speaking
from cesnode.ledger.trades import TradeState
from cesnode.services import trading
from cesnode.store import Store, Writer, checkpoints, media, profiles, trades
from cesnode.store.pictures import Picture
from cesnode.store.profiles import Profile
from tests.support.exchanges import DAY, NOW, Person, acting_as, join, order


def ask(writer: Writer) -> tuple[Person, Person, int]:
    ann, bob = join(writer, "Ann"), join(writer, "Bob")
    asked = order(ann, bob, asking=True)
    made = trading.record(writer, acting_as(writer, ann), asked, now=NOW)
    return ann, bob, made.trade.id


async def test_an_old_request_lapses_and_the_ledger_is_signed(founded: Path) -> None:
    store = Store(founded)
    _, _, trade = await store.write(ask)

    async with speaking(founded, store, clock=lambda: NOW + 91 * DAY) as voice:
        await housekeeping.tend(voice)
        await housekeeping.checkpoint(voice)

    lapsed = await store.read(trades.by_id, trade)
    signed = await store.read(checkpoints.latest)
    await store.close()
    assert lapsed.state is TradeState.LAPSED
    assert signed is not None
    assert signed.at == NOW + 91 * DAY


async def test_pictures_that_nobody_shows_are_removed_and_photos_stay(
    founded: Path,
) -> None:
    store = Store(founded)
    ann = await store.write(join, "Ann")
    face, photo, spare = (media.save(founded, text) for text in (b"a", b"b", b"c"))
    shown = Picture(small=face, large=photo, width=1, height=1)
    await store.write(profiles.keep, ann.member, Profile(photo=shown), now=NOW)
    later = int(time.time()) + 2 * DAY

    async with speaking(founded, store, clock=lambda: later) as voice:
        await housekeeping.sweep(voice)

    await store.close()
    left = [name for name in (face, photo, spare) if media.path(founded, name)]
    assert left == [face, photo]
