"""The coordinator of a set-off gathers the words, and decides once.

1. What is decided stands in our file before anybody hears of it, and is never changed.
2. All have accepted: the bundle.  One has refused, or our people withdraw: the abort.
3. A coordinator whose books were lost since has perhaps decided, and forgotten it.  It
   asks every party first; whoever has heard a decision shows it, and that is it.
"""

from __future__ import annotations

from cesnode.community.exchange import Exchange
from cesnode.services.clearing.here import Here, moment
from cesnode.services.clearing.setoffs import deciding, post
from cesnode.store import Reader, Writer, outbox, setoffs
from cesnode.store.peers import Peer
from cesnode.store.setoffs import Ruling, Setoff, Word
from federation.setoff_objects import (
    SetoffAbort,
    SetoffAccept,
    SetoffRefusal,
    bundle_of,
)
from federation.setoff_states import UNDECIDED
from federation.signed import holds, sign
from federation.wire import VERSION

REFUSED = "a party refused"


def conclude(
    writer: Writer, here: Here, exchange: Exchange, setoff: Setoff, *, now: int
) -> None:
    """Decide what we coordinate, as soon as it can be decided."""
    ours = setoff.proposal.value.coordinator == here.node
    if not ours or setoff.state not in UNDECIDED:
        return
    found = setoffs.words_about(writer, setoff.id)
    refused = any(isinstance(one.value, SetoffRefusal) for one in found)
    why = setoff.ending or (REFUSED if refused else None)
    complete = {one.value.node for one in found} == setoff.proposal.value.parties
    if not (why or complete) or not _is_sure(writer, setoff, now=now):
        return
    ruling = _abort(here, setoff, why, now=now) if why else _bundle(here, setoff, found)
    deciding.take(writer, here, exchange, setoff, ruling, via=None, now=now)


def _is_sure(writer: Writer, setoff: Setoff, *, now: int) -> bool:
    """Whether we cannot have decided before; where we may have, everybody is asked."""
    known = post.parties(writer, setoff.proposal.value)
    if not any(_forgot(peer, setoff) for peer in known):
        return True
    if any(peer.recovering for peer in known):
        return False
    if setoff.asked_at is None or any(_recovered(peer) > setoff.asked_at for peer in known):
        setoffs.ask_again(writer, setoff, now=now)
        post.propose(writer, setoff, now=now)
        return False
    return not _still_asking(writer, setoff)


def _still_asking(reader: Reader, setoff: Setoff) -> bool:
    letters = outbox.about(reader, setoff.id)
    return any(one.done_at is None and one.kind == post.PROPOSAL_LETTER for one in letters)


def _forgot(peer: Peer, setoff: Setoff) -> bool:
    return peer.recovering or _recovered(peer) >= setoff.heard_at


def _recovered(peer: Peer) -> int:
    return peer.recovered_at or 0


def _bundle(here: Here, setoff: Setoff, found: list[Word]) -> Ruling:
    acceptances = [one for one in found if holds(one, SetoffAccept)]
    return sign(here.key, bundle_of(setoff.proposal, acceptances))


def _abort(here: Here, setoff: Setoff, why: str, *, now: int) -> Ruling:
    return sign(
        here.key,
        SetoffAbort(
            v=VERSION,
            setoff_id=setoff.id,
            coordinator=here.node,
            proposal_digest=setoff.proposal.digest,
            why=why,
            aborted_at=moment(now),
        ),
    )
