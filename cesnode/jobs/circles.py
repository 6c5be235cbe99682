"""What set-offs need of the network: the keys of strangers, and the debts of neighbours."""

from __future__ import annotations

import logging

import msgspec

from cesnode.errors import NodeError
from cesnode.jobs import acquainting
from cesnode.jobs.voice import Voice
from cesnode.services.clearing.setoffs import consenting, waiting
from cesnode.services.peering import knowing
from cesnode.store import Reader, setoff_debts
from federation.arrival import Arrival
from federation.endpoints import SETOFF, SETOFF_ACCEPT, SETOFF_BUNDLE
from federation.errors import FederationError
from federation.setoff_objects import MOST_PARTIES

_TELLS = (SETOFF, SETOFF_ACCEPT, SETOFF_BUNDLE)
_log = logging.getLogger(__name__)


async def meet_parties(voice: Voice, arrival: Arrival) -> None:
    """Fetch the cards of parties we have never met, of set-offs that a peer brings.

    Without one its words are not proven, so what cannot be fetched is no failure here.
    """
    if arrival.endpoint not in _TELLS:
        return
    for node in await voice.store.read(_strangers, voice.here.node, arrival):
        try:
            await acquainting.meet(voice, node)
        except (NodeError, FederationError) as error:
            _log.info("the party %s was not met: %s", node, error)


async def every_night(voice: Voice) -> None:
    """Ask our peers what they owe, where we take part."""
    if await voice.store.read(setoff_debts.takes_part):
        await voice.store.write(consenting.ask, voice.here, now=voice.clock())


async def tend(voice: Voice) -> None:
    """Decide what can be decided, and call people to what waits too long."""
    raised = await voice.store.write(waiting.tend, voice.here, now=voice.clock())
    if raised:
        _log.info("%s set-offs wait for a decision", raised)


class _Edge(msgspec.Struct, frozen=True):
    debtor: str = ""
    creditor: str = ""


class _Proposal(msgspec.Struct, frozen=True):
    coordinator: str = ""
    node: str = ""
    edges: tuple[_Edge, ...] = ()


class _Paper(_Proposal, frozen=True):
    proposal: _Proposal = _Proposal()


class _Body(msgspec.Struct, frozen=True):
    paper: _Paper = _Paper()


def _strangers(reader: Reader, own: str, arrival: Arrival) -> list[str]:
    """Return the nodes named in what a peer brings of which nothing is known here."""
    if not setoff_debts.takes_part(reader):
        return []
    try:
        told = msgspec.json.decode(arrival.verified.body, type=_Body).paper
    except msgspec.MsgspecError:
        return []  # It is refused for its form, with the right words.
    named = {told.node, told.coordinator, told.proposal.coordinator}
    for edge in (*told.edges, *told.proposal.edges):
        named |= {edge.debtor, edge.creditor}
    others = sorted(named - {own, ""})
    return [one for one in others if not knowing.is_known(reader, one)][:MOST_PARTIES]
