"""A node moves to another host: the same key, the same address, and its peers go on."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from aiohttp import ClientSession

from cesnode.community.roles import OPERATOR
from cesnode.errors import Code
from cesnode.jobs.voice import speaking
from cesnode.services import ruling
from cesnode.services.peering import following, moving
from cesnode.services.ruling import Terms
from cesnode.store import export, peers
from cesnode.store.store import writing
from federation.endpoints import ENDPOINTS, NODE_MOVE
from federation.errors import Problem, read_problem
from federation.signing import Answer, sign_request, verify_answer
from federation.transport import server
from federation.transport.clock import new_stamp
from tests.integration.peering.test_couriers import carrying, pay
from tests.support.exchanges import join, refused
from tests.support.exchanges_online import LEAF, Clock, Town, free_port, served, town, until


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


async def test_a_peer_of_older_software_is_told_of_and_keeps_nothing_waiting(
    oak: Town, vila: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await oak.agree_with(vila)
    ann = await oak.store.write(join, "Ann Ash")
    await vila.store.write(join, "Vera Vime")
    older = tuple(each for each in ENDPOINTS if each is not NODE_MOVE)
    monkeypatch.setattr(server, "ENDPOINTS", older)
    await vila.down()
    await vila.up()
    voice, now = oak.voice, oak.voice.clock()

    to = "http://127.0.0.1:1"
    await oak.store.write(moving.announce, voice.here, OPERATOR, to, now=now)
    async with carrying(oak):
        await pay(oak, ann, "VILA0001")
        await until_posted(1, oak, vila)

    view = await oak.store.read(moving.view, now=now)
    assert [one.state for one in view.peers] == [moving.TOO_OLD]


async def test_the_old_address_says_moved_where_a_proxy_still_leads_it_here(
    oak: Town, vila: Town
) -> None:
    await oak.agree_with(vila)
    voice, now, old, port = oak.voice, oak.voice.clock(), oak.voice.origin, oak.port
    to = "http://127.0.0.1:1"
    await oak.store.write(moving.announce, voice.here, OPERATOR, to, now=now)
    await oak.store.write(moving.leave, OPERATOR, now=now)
    with writing(oak.folder, although_left=True) as writer:
        moving.arrive(writer, OPERATOR, now=now)
    await oak.down()

    async with speaking(oak.folder, oak.store, clock=voice.clock) as moved:
        oak.voice = moved
        oak.port = free_port()
        await oak.up()
        headers, sent = sign_request(
            vila.voice.here.key,
            method="GET",
            target_uri=f"{old}/fed/v1/ping",
            body=b"",
            stamp=new_stamp(now),
        )
        async with ClientSession() as session:
            asked = session.get(
                f"http://127.0.0.1:{oak.port}/fed/v1/ping",
                headers={**dict(headers), "Host": f"127.0.0.1:{port}"},
            )
            async with asked as response:
                answer = Answer(
                    status=response.status,
                    headers=tuple(response.headers.items()),
                    body=await response.read(),
                )
    keys = {voice.here.key.keyid: voice.here.key.public}
    proven = verify_answer(answer, sent, keys, now)

    assert read_problem(proven.body) is Problem.MOVED
    peer = await vila.store.read(peers.by_node, moved.here.node)
    assert peer is not None
    await vila.store.write(following.heard_instead, peer.id, proven.body, now)
    ((_, origin),) = await vila.store.read(following.to_look_for)
    assert origin == to
