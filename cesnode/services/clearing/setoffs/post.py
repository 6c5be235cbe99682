"""What is said about set-offs: to the coordinator, and on to whoever else is in them.

A party that does not know the coordinator hears it through the parties it does know:
each passes on what it hears for the first time.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from cesnode.services.clearing.here import Here
from cesnode.store import Reader, Writer, outbox, peers, setoffs
from cesnode.store.peers import Peer
from cesnode.store.setoffs import Ruling, Setoff, Word
from federation.bodies import SetoffPaper, SetoffStand
from federation.errors import read_problem, schema_invalid
from federation.peering import ALLOWED, Need
from federation.setoff_objects import SetoffBundle, SetoffProposal
from federation.signed import Signed
from federation.signing import Reply
from federation.wire import write

PROPOSAL_LETTER, WORD_LETTER = "setoff", "setoff_accept"
BUNDLE_LETTER, ABORT_LETTER = "setoff_bundle", "setoff_abort"

_Paper = Signed[SetoffProposal] | Word | Ruling


class _Kind(msgspec.Struct):
    type: str


def kind_of(paper: SetoffPaper) -> str:
    """Return what a paper says that it is; it is proven when it is opened."""
    try:
        return msgspec.json.decode(bytes(paper.paper), type=_Kind).type
    except msgspec.MsgspecError:
        raise schema_invalid("The paper does not say what it is.") from None


def stand(reader: Reader, here: Here, setoff: Setoff) -> Reply:
    """Answer with how a set-off stands here: with the decision, or our own word."""
    found = setoff.decision or setoffs.word_of(reader, setoff.id, here.node)
    if found is None:
        return Reply(200, write(SetoffStand(state=setoff.state)))
    told = SetoffStand(state=setoff.state, paper=found.raw, paper_sig=found.signature)
    return Reply(200, write(told))


def parties(reader: Reader, proposal: SetoffProposal) -> list[Peer]:
    """Return those parties of a set-off, and its coordinator, that are our peers."""
    nodes = sorted({*proposal.parties, proposal.coordinator})
    return [peer for node in nodes if (peer := peers.by_node(reader, node)) is not None]


def propose(writer: Writer, setoff: Setoff, *, but: int | None = None, now: int) -> None:
    """Bring a proposal to the parties we know; whoever has heard it answers again."""
    outbox.settle(writer, setoff.id, kinds=(PROPOSAL_LETTER,), now=now)
    proposal = setoff.proposal
    asked = proposal.value.parties - {proposal.value.coordinator}
    for peer in parties(writer, proposal.value):
        if peer.id != but and peer.node in asked:
            _send(writer, peer, PROPOSAL_LETTER, setoff.id, {}, proposal, now=now)


def remind(writer: Writer, setoff: Setoff, peer: Peer, *, rest: int = 0, now: int) -> bool:
    """Bring a proposal again to one who has perhaps forgotten it, after a rest.

    False if it will not have it.
    """
    for one in outbox.about(writer, setoff.id):
        if (one.kind, one.peer) != (PROPOSAL_LETTER, peer.id):
            continue
        if one.done_at is None or one.done_at + rest > now:
            return True
        if read_problem(one.answer or b"") is not None:
            return False
    _send(writer, peer, PROPOSAL_LETTER, setoff.id, {}, setoff.proposal, now=now)
    return True


def spread(
    writer: Writer, setoff: Setoff, ruling: Ruling, *, but: int | None = None, now: int
) -> None:
    """Tell a decision to everybody in it whom we know, but to who told it to us."""
    is_bundle = isinstance(ruling.value, SetoffBundle)
    kind = BUNDLE_LETTER if is_bundle else ABORT_LETTER
    parameters = {"setoff_id": setoff.id}
    for peer in parties(writer, setoff.proposal.value):
        if peer.id != but:
            _send(writer, peer, kind, setoff.id, parameters, ruling, now=now)


def send_word(writer: Writer, setoff: Setoff, word: Word, *, now: int) -> None:
    """Bring a word to the coordinator, or to the peer through which we hear it."""
    coordinator = peers.by_node(writer, setoff.proposal.value.coordinator)
    via = coordinator.id if coordinator else setoff.via
    if via is not None:
        parameters = {"setoff_id": setoff.id, "node": word.value.node}
        to = peers.by_id(writer, via)
        _send(writer, to, WORD_LETTER, setoff.id, parameters, word, now=now)


def _send(
    writer: Writer,
    peer: Peer,
    kind: str,
    setoff_id: str,
    parameters: Mapping[str, str],
    paper: _Paper,
    *,
    now: int,
) -> None:
    if Need.TALK not in ALLOWED[peer.own_state]:
        return
    body = SetoffPaper(paper=paper.raw, paper_sig=paper.signature)
    outbox.add(
        writer,
        peer=peer.id,
        kind=kind,
        wire_id=setoff_id,
        parameters=parameters,
        body=write(body),
        now=now,
    )
