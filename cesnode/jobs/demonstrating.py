"""Lets the communities of the demonstration agree, and trade as long as they are served.

What people make of an agreement afterwards is theirs: it is made once, never mended.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Sequence
from random import Random

from cesnode.community.roles import OPERATOR
from cesnode.errors import NodeError
from cesnode.jobs import introductions, offers
from cesnode.jobs.voice import Voice
from cesnode.services.demonstration import abroad, living
from cesnode.services.demonstration.abroad import Offer
from cesnode.services.peering import agreeing, inviting
from cesnode.services.peering.wishes import Wishes
from cesnode.store import peers, remote_trades
from federation.peering import State

BREATH = 4.0
"""Seconds between two things that happen."""

_PURCHASES, _BILLS = 6, 2
"""How many each community begins with towards each other."""
_TRIES = 10
_AT_HOME = 0.4
_BY_BILL = 0.25

_log = logging.getLogger(__name__)


async def agree(towns: Sequence[Voice]) -> None:
    """Make every two communities peers that have not met before."""
    for one, other in itertools.combinations(towns, 2):
        known = await one.store.read(peers.by_node, other.here.node)
        if known is None:
            await _introduce(one, other)
            known = await one.store.read(peers.find, other.here.node)
        if known.state is State.REQUESTED:
            signed = await one.store.write(
                agreeing.approve,
                one.here,
                OPERATOR,
                other.here.node,
                now=one.clock(),
            )
            await introductions.send_now(one, signed)


async def live(towns: Sequence[Voice], chance: Random) -> None:
    """Let something happen every few seconds; cancel to stop."""
    for town in towns:
        await offers.gather_first(town)
    for one, other in itertools.combinations(towns, 2):
        if not await _have_traded(one, other):
            await _if_possible(one, other, chance, begin)
            await _if_possible(other, one, chance, begin)
    while True:
        await asyncio.sleep(BREATH)
        home, elsewhere = chance.sample(towns, 2)
        await _if_possible(home, elsewhere, chance, step)


async def step(home: Voice, elsewhere: Voice, chance: Random) -> None:
    """Let somebody answer a bill, or else trade with a neighbour or with the others."""
    if any([await _answer(town, chance) for town in (home, elsewhere)]):
        return
    if chance.random() < _AT_HOME:
        await home.store.write(living.step, chance, now=home.clock())
    elif chance.random() < _BY_BILL:
        await _bill(home, elsewhere, chance)
    else:
        await _buy(home, elsewhere, chance)


async def begin(home: Voice, elsewhere: Voice, chance: Random) -> None:
    """Let there be something to see at once, and something to do for a visitor."""
    for _ in range(_PURCHASES):
        await _buy(home, elsewhere, chance)
    for _ in range(_BILLS):
        await _bill(home, elsewhere, chance)
    visitor = await home.store.read(abroad.visitor, now=home.clock())
    await _bill_to(visitor, elsewhere, chance)


async def _if_possible(
    home: Voice,
    elsewhere: Voice,
    chance: Random,
    act: Callable[[Voice, Voice, Random], Awaitable[None]],
) -> None:
    """Do something unless visitors have made it impossible: by a pause, or a lock."""
    try:
        await act(home, elsewhere, chance)
    except NodeError as error:
        _log.info("%s did not trade with %s: %s", home.origin, elsewhere.origin, error)


async def _buy(home: Voice, elsewhere: Voice, chance: Random) -> None:
    offer = await _offer(elsewhere, chance)
    if offer is not None:
        key, now = home.here.key, home.clock()
        await home.store.write(abroad.buy, key, chance, offer, now=now)


async def _bill(home: Voice, elsewhere: Voice, chance: Random) -> None:
    buyer = await home.store.read(abroad.buyer, chance, now=home.clock())
    await _bill_to(buyer, elsewhere, chance)


async def _bill_to(buyer: str | None, seller: Voice, chance: Random) -> None:
    offer = await _offer(seller, chance)
    if buyer is not None and offer is not None:
        key, now = seller.here.key, seller.clock()
        await seller.store.write(abroad.bill, key, chance, offer, buyer, now=now)


async def _answer(town: Voice, chance: Random) -> bool:
    key, now = town.here.key, town.clock()
    return await town.store.write(abroad.answer, key, chance, now=now) is not None


async def _offer(town: Voice, chance: Random) -> Offer | None:
    for _ in range(_TRIES):
        found = await town.store.read(abroad.offer, chance, now=town.clock())
        if found is not None:
            return found
    return None


async def _introduce(one: Voice, other: Voice) -> None:
    """Invite from one side and accept on the other, as two admins would."""
    made = await one.store.write(
        inviting.invite,
        one.here,
        OPERATOR,
        credit_line=await one.store.read(abroad.credit_line, now=one.clock()),
        now=one.clock(),
    )
    met = await introductions.meet(other, made.text)
    line = await other.store.read(abroad.credit_line, now=other.clock())
    wishes = Wishes(credit_line=line)
    await introductions.accept(other, OPERATOR, met, wishes)


async def _have_traded(one: Voice, other: Voice) -> bool:
    """Whether one has ever bought from the other, or sold to it."""
    peer = await one.store.read(peers.find, other.here.node)
    return await one.store.read(remote_trades.traded_since, peer.id, 0) > 0
