"""What a peer asks about the peering, and what it is answered."""

from __future__ import annotations

import pytest
from aiohttp import ClientSession

from cesnode.jobs.reconciliation import NONCES_LAST, forget_nonces
from cesnode.services.clearing.here import moment
from cesnode.store import peer_keys, peerings
from federation import endpoints
from federation.bodies import Rotation, Terms
from federation.endpoints import Endpoint
from federation.errors import Problem, read_problem
from federation.keys import PrivateKey, PublicKey
from federation.nodes import Reach
from federation.objects import KeyRotation
from federation.rotation import OVERLAP
from federation.signed import sign
from federation.signing import sign_request
from federation.transport.client import Call, PeerClient, Remote
from federation.transport.clock import new_stamp
from federation.wire import VERSION, read, write
from tests.support.exchanges import DAY, NOW
from tests.support.exchanges_online import Clock, Town, ask

NEXT = PrivateKey(b"\5" * 32)


@pytest.fixture
async def friends(oak: Town, vila: Town) -> tuple[Town, Town]:
    await oak.agree_with(vila)
    return oak, vila


def about(endpoint: Endpoint, peering_id: str, body: bytes = b"") -> Call:
    return Call(endpoint=endpoint, parameters={"peering_id": peering_id}, body=body)


def rotation(
    town: Town, *, by: PrivateKey, to: PublicKey = NEXT.public, since: int = NOW
) -> Call:
    signed = sign(
        by,
        KeyRotation(
            v=VERSION,
            node=town.node,
            old_kid=by.keyid,
            new_x=to.text,
            effective_at=moment(since),
        ),
    )
    body = Rotation(rotation=signed.raw, rotation_sig=signed.signature)
    return Call(endpoint=endpoints.KEY_ROTATE, body=write(body))


async def asked_with(key: PrivateKey, town: Town, other: Town) -> int | None:
    """Ping with another key; None where the answer is not even proven."""
    remote = Remote(other.voice.origin, (other.voice.here.key.public,))
    async with PeerClient(key, Reach(private=True), now=town.voice.clock) as client:
        return (await client.ask(remote, Call(endpoint=endpoints.PING))).status


async def test_a_ping_is_answered_and_noted(
    friends: tuple[Town, Town], clock: Clock
) -> None:
    oak, vila = friends
    clock.now += 3_600

    status, _ = await ask(oak, vila, Call(endpoint=endpoints.PING))

    assert status == 200
    assert (await vila.peer(oak)).last_seen_at == clock.now


async def test_a_stranger_is_told_nothing(oak: Town, vila: Town) -> None:
    assert await ask(oak, vila, Call(endpoint=endpoints.PING)) == (
        403,
        Problem.PEER_UNKNOWN,
    )


async def test_the_terms_in_force_can_be_read(friends: tuple[Town, Town]) -> None:
    oak, vila = friends
    peer = await vila.peer(oak)
    agreed = await vila.store.read(peerings.agreement, peer.id)
    remote = Remote(vila.voice.origin, (vila.voice.here.key.public,))

    answer = await oak.voice.client.ask(
        remote, about(endpoints.PEERING_READ, peer.peering_id)
    )

    assert agreed is not None
    assert bytes(read(answer.body, Terms).agreement) == agreed.content


async def test_terms_that_nobody_signed_are_not_shown(oak: Town, vila: Town) -> None:
    await vila.accept(await oak.invitation())
    peering_id = (await oak.peer(vila)).peering_id

    assert await ask(vila, oak, about(endpoints.PEERING_READ, peering_id)) == (
        404,
        Problem.NOT_FOUND,
    )


@pytest.mark.parametrize(
    ("endpoint", "body"),
    [
        (endpoints.PEERING_READ, b""),
        (endpoints.PEERING_PAUSE, b'{"paused":true,"why":""}'),
    ],
)
async def test_another_peering_is_none_of_a_peers_business(
    friends: tuple[Town, Town], endpoint: Endpoint, body: bytes
) -> None:
    oak, vila = friends

    answer = await ask(oak, vila, about(endpoint, "p-another", body))

    assert answer == (404, Problem.NOT_FOUND)
    assert not (await vila.peer(oak)).paused_there


async def test_what_a_node_does_not_offer_is_not_found(friends: tuple[Town, Town]) -> None:
    oak, vila = friends

    answer = await ask(oak, vila, Call(endpoint=endpoints.DIRECTORY))

    assert answer == (404, Problem.NOT_FOUND)


async def test_a_request_is_heard_once_even_if_it_was_refused(
    friends: tuple[Town, Town],
) -> None:
    """The refusal undoes what the handler did, and not that the request was heard."""
    oak, vila = friends
    target = vila.voice.origin + endpoints.DIRECTORY.path_with()
    headers, _ = sign_request(
        oak.voice.here.key,
        method="GET",
        target_uri=target,
        body=b"",
        stamp=new_stamp(oak.voice.clock()),
    )

    async with ClientSession() as session:
        heard = []
        for _ in range(2):
            async with session.get(target, headers=dict(headers)) as answer:
                heard.append(read_problem(await answer.read()))

    assert heard == [Problem.NOT_FOUND, Problem.REPLAY]


async def test_nonces_are_forgotten_when_no_replay_can_use_them(
    vila: Town, clock: Clock
) -> None:
    await vila.store.write(peer_keys.remember_nonce, "k", "n", clock.now)
    clock.now += NONCES_LAST

    await forget_nonces(vila.voice)
    kept = not await vila.store.write(peer_keys.remember_nonce, "k", "n", clock.now)
    clock.now += 2 * NONCES_LAST
    await forget_nonces(vila.voice)

    assert kept
    assert await vila.store.write(peer_keys.remember_nonce, "k", "n", clock.now)


async def test_a_new_key_is_pinned_when_the_old_one_vouches_for_it(
    friends: tuple[Town, Town], clock: Clock
) -> None:
    oak, vila = friends
    old = oak.voice.here.key

    status, _ = await ask(oak, vila, rotation(oak, by=old))

    both = (await asked_with(old, oak, vila), await asked_with(NEXT, oak, vila))
    clock.now += int(OVERLAP.total_seconds())
    later = (await asked_with(old, oak, vila), await asked_with(NEXT, oak, vila))
    assert (status, both, later) == (204, (200, 200), (403, 200))


async def test_a_key_that_only_vouches_for_itself_is_not_pinned(
    friends: tuple[Town, Town],
) -> None:
    oak, vila = friends

    answer = await ask(oak, vila, rotation(oak, by=NEXT))

    assert answer == (401, Problem.SIGNATURE_INVALID)
    assert await asked_with(NEXT, oak, vila) == 403


async def test_an_old_rotation_told_again_prolongs_nothing(
    friends: tuple[Town, Town], clock: Clock
) -> None:
    oak, vila = friends
    old = oak.voice.here.key
    await ask(oak, vila, rotation(oak, by=old))
    clock.now += 20 * DAY

    await ask(oak, vila, rotation(oak, by=old, since=clock.now))
    clock.now += 11 * DAY

    assert await asked_with(old, oak, vila) == 403


async def test_the_key_of_another_peer_is_not_taken_over(
    friends: tuple[Town, Town], kope: Town
) -> None:
    oak, vila = friends
    await vila.agree_with(kope)
    theirs = kope.voice.here.key.public

    call = rotation(oak, by=oak.voice.here.key, to=theirs)

    assert await ask(oak, vila, call) == (400, Problem.SCHEMA_INVALID)
