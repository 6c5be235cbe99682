"""A node moves to another host: the same key, the same address, and its peers go on."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from cesnode.community.roles import OPERATOR
from cesnode.errors import Code
from cesnode.services import ruling
from cesnode.services.ruling import Terms
from cesnode.store import export
from tests.integration.peering.test_couriers import carrying, pay
from tests.support.exchanges import join, refused
from tests.support.exchanges_online import LEAF, Clock, Town, served, town, until


async def until_posted(trades: int, *towns: Town) -> None:
    """Wait until so many trades are in the books of each, and none is on its way."""

    async def holds() -> bool:
        for each in towns:
            found = await each.store.read(lambda reader: list(export.every_trade(reader)))
            if [one.state for one in found] != ["posted"] * trades:
                return False
        return True

    await until(holds)


async def test_peers_go_on_with_a_node_that_moved_and_get_what_waited_meanwhile(
    tmp_path: Path, clock: Clock, vila: Town
) -> None:
    """The data folder is copied while the node is stopped, as docs/moving.md says."""
    old, new = tmp_path / "old", tmp_path / "new"
    async with town(old, LEAF, clock) as oak:
        await oak.agree_with(vila)
        ann = await oak.store.write(join, "Ann Ash")
        vera = await vila.store.write(join, "Vera Vime")
        async with carrying(oak), carrying(vila):
            await pay(oak, ann, "VILA0001")
            await until_posted(1, oak, vila)
        key, port = oak.voice.here.key.keyid, oak.port

    async with carrying(vila):
        await pay(vila, vera, "OAKV0001")  # Nobody is at the old host any more.
        await asyncio.to_thread(shutil.copytree, old, new)
        old.rename(tmp_path / "put away")
        async with served(new, port, clock) as oak, carrying(oak):
            await until_posted(2, oak, vila)
            await pay(oak, ann, "VILA0001")
            await until_posted(3, oak, vila)

            assert oak.voice.here.key.keyid == key


async def test_another_address_is_refused_while_a_peer_knows_the_one_there_is(
    oak: Town, vila: Town
) -> None:
    await oak.agree_with(vila)
    wanted = Terms(origin="http://127.0.0.2:1")

    with refused(Code.WRONG_STATE, field="origin"):
        await oak.store.write(ruling.set_terms, OPERATOR, wanted, now=oak.voice.clock())
