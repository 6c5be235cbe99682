"""What peers tell of set-offs: proposals, words and decisions, and answers to our own.

A paper says itself who signed it; who brings it does not matter, as long as it is one of
those that the set-off is about.
"""

from __future__ import annotations

from cesnode.services.clearing.arrivals import desk_of
from cesnode.services.clearing.here import Desk, seconds
from cesnode.services.clearing.letters import ASK_AGAIN, Answer, told
from cesnode.services.clearing.setoffs import deciding, post, ruling
from cesnode.services.clearing.wording import require_legible
from cesnode.services.incoming import Incoming
from cesnode.store import Reader, Writer, alarms, outbox, setoff_debts, setoffs
from cesnode.store.outbox import Letter
from cesnode.store.setoffs import Ruling, Setoff, Word
from federation.bodies import SetoffPaper, SetoffStand
from federation.errors import (
    FederationError,
    Problem,
    read_problem,
    schema_invalid,
)
from federation.setoff_objects import (
    SetoffAbort,
    SetoffAccept,
    SetoffBundle,
    SetoffProposal,
    SetoffRefusal,
    check_about,
    check_accept,
    open_bundle,
    proposal_digest_in,
)
from federation.setoff_states import UNDECIDED
from federation.signed import Signed, holds, open_signed
from federation.signing import Reply
from federation.wire import ABSENT, read

MOST_OPEN = 20
"""Undecided set-offs that one peer may have brought to us."""

_OK = range(200, 300)


def proposed(writer: Writer, incoming: Incoming) -> Reply:
    """Keep a proposal, call our people, and pass it on; or say how it stands already."""
    desk = desk_of(writer, incoming)
    body = incoming.arrival.body(SetoffPaper)
    find_key = desk.here.find_key(writer)
    proposal = open_signed(SetoffProposal, bytes(body.paper), body.paper_sig, find_key)
    known = setoffs.find(writer, proposal.value.setoff_id)
    if known is not None:
        check_about(known.id, known.proposal.digest, proposal)
        return post.stand(writer, desk.here, known)
    _require_ours(writer, desk, proposal.value)
    _keep(writer, desk, proposal)
    setoff = deciding.known(writer, proposal.value.setoff_id)
    return post.stand(writer, desk.here, setoff)


def word(writer: Writer, incoming: Incoming) -> Reply:
    """Keep a party's word; who coordinates decides upon it, others pass it on."""
    desk = desk_of(writer, incoming)
    setoff = _known(writer, incoming.arrival.parameter("setoff_id"))
    found = _open_word(writer, desk, setoff, incoming.arrival.body(SetoffPaper))
    _take_word(writer, desk, setoff, found)
    return post.stand(writer, desk.here, deciding.known(writer, setoff.id))


def decided(writer: Writer, incoming: Incoming) -> Reply:
    """A bundle or an abort: the same whoever brings it."""
    desk, body = desk_of(writer, incoming), incoming.arrival.body(SetoffPaper)
    wanted = incoming.arrival.parameter("setoff_id")
    told_one = _open_ruling(writer, desk, body)
    if told_one.value.setoff_id != wanted:
        raise schema_invalid("The decision is about another set-off.")
    _take_ruling(writer, desk, told_one)
    return Reply(204)


def answered(writer: Writer, desk: Desk, letter: Letter, answer: Answer) -> None:
    """A party tells how a proposal of ours stands with it, and proves it."""
    setoff = setoffs.find(writer, letter.wire_id)
    if setoff is None or answer.status not in _OK:
        told(writer, desk, letter, answer)
    else:
        outbox.done(writer, letter.id, answer=answer.body, now=desk.now)
        _take_stand(writer, desk, setoff, answer)
    found = setoffs.find(writer, letter.wire_id)
    if found is not None:
        ruling.conclude(writer, desk.here, desk.exchange, found, now=desk.now)


def weighed(writer: Writer, desk: Desk, letter: Letter, answer: Answer) -> None:
    """Our word, or one that we pass on, was heard; we ask until it is decided."""
    setoff = setoffs.find(writer, letter.wire_id)
    if setoff is None or (
        answer.status not in _OK and not _forgot(writer, desk, setoff, answer)
    ):
        told(writer, desk, letter, answer)
        return
    if answer.status in _OK:
        _take_stand(writer, desk, setoff, answer)
    if deciding.known(writer, setoff.id).state in UNDECIDED:
        next_at, why = desk.now + ASK_AGAIN, "undecided"
        outbox.postpone(writer, letter, next_at=next_at, error=why, failed=False)


def _forgot(writer: Writer, desk: Desk, setoff: Setoff, answer: Answer) -> bool:
    """Whether a peer may have lost the proposal, and is reminded of it."""
    if read_problem(answer.body) is not Problem.NOT_FOUND:
        return False
    return post.remind(writer, setoff, desk.peer, now=desk.now)


def _take_stand(writer: Writer, desk: Desk, setoff: Setoff, answer: Answer) -> None:
    """Act on what proves how a set-off stands at a peer."""
    stand = read(answer.body, SetoffStand)
    if stand.paper == ABSENT or stand.paper_sig is None:
        return
    paper = SetoffPaper(paper=stand.paper, paper_sig=stand.paper_sig)
    if post.kind_of(paper) in _RULINGS:
        _take_ruling(writer, desk, _open_ruling(writer, desk, paper))
    else:
        found = _open_word(writer, desk, setoff, paper)
        _take_word(writer, desk, setoff, found)


def _take_word(writer: Writer, desk: Desk, setoff: Setoff, found: Word) -> None:
    if found.value.node == desk.here.node:
        return  # Our own word is ours to give.
    is_new = setoffs.put_word(writer, setoff.id, found, now=desk.now)
    ours = setoff.proposal.value.coordinator == desk.here.node
    if ours:
        ruling.conclude(writer, desk.here, desk.exchange, setoff, now=desk.now)
    elif is_new and setoff.state in UNDECIDED:
        post.send_word(writer, setoff, found, now=desk.now)


def _take_ruling(writer: Writer, desk: Desk, told_one: Ruling) -> None:
    value = told_one.value
    if holds(told_one, SetoffBundle):
        setoff = deciding.remember(writer, desk.here, told_one, desk.peer, now=desk.now)
        digest = proposal_digest_in(told_one.value)
    else:
        found = setoffs.find(writer, value.setoff_id)
        if found is None:
            return  # Nothing was promised; should it be proposed yet, we hear this again.
        setoff, digest = found, told_one.value.proposal_digest
    check_about(value.setoff_id, digest, setoff.proposal)
    if value.coordinator != setoff.proposal.value.coordinator:
        raise schema_invalid("The decision is not by the coordinator of the set-off.")
    deciding.take(
        writer, desk.here, desk.exchange, setoff, told_one, via=desk.peer, now=desk.now
    )


def _open_ruling(reader: Reader, desk: Desk, paper: SetoffPaper) -> Ruling:
    find_key, document = desk.here.find_key(reader), bytes(paper.paper)
    if post.kind_of(paper) == "setoff-abort":
        return open_signed(SetoffAbort, document, paper.paper_sig, find_key)
    bundle = open_bundle(document, paper.paper_sig, find_key)
    proposal = bundle.value.proposal
    if desk.here.node not in {*proposal.parties, proposal.coordinator}:
        raise FederationError(Problem.NOT_FOUND, "This node is no part of the set-off.")
    return bundle


def _open_word(reader: Reader, desk: Desk, setoff: Setoff, paper: SetoffPaper) -> Word:
    find_key, document = desk.here.find_key(reader), bytes(paper.paper)
    if post.kind_of(paper) == "setoff-refusal":
        refusal = open_signed(SetoffRefusal, document, paper.paper_sig, find_key)
        told = refusal.value
        check_about(told.setoff_id, told.proposal_digest, setoff.proposal)
        require_legible(told.why)
        _require_party(told.node, setoff)
        return refusal
    accept = open_signed(SetoffAccept, document, paper.paper_sig, find_key)
    _require_party(accept.value.node, setoff)
    check_accept(accept.value, setoff.proposal)
    return accept


def _require_party(node: str, setoff: Setoff) -> None:
    if node not in setoff.proposal.value.parties:
        raise schema_invalid("These words are of a node that is no party.")


def _require_ours(reader: Reader, desk: Desk, proposal: SetoffProposal) -> None:
    """Refuse what is not for us, or not from one whom it concerns."""
    if proposal.coordinator == desk.here.node:
        return  # Our own signature proves it: we have forgotten it.
    if not setoff_debts.takes_part(reader):
        detail = "This exchange takes part in no set-offs."
        raise FederationError(Problem.NOT_FOUND, detail)
    concerned = {*proposal.parties, proposal.coordinator}
    if desk.here.node not in proposal.parties or desk.peer.node not in concerned:
        raise schema_invalid("The set-off is not between you and us and others.")
    if desk.now >= seconds(proposal.expires_at):
        raise FederationError(Problem.EXPIRED, "The time to agree to it is over.")
    brought = [one for one in setoffs.undecided(reader) if one.via == desk.peer.id]
    if len(brought) >= MOST_OPEN:
        detail = "You have brought as many set-offs as we look at; decide some first."
        raise FederationError(Problem.RATE_LIMITED, detail)


def _keep(writer: Writer, desk: Desk, proposal: Signed[SetoffProposal]) -> None:
    """Keep a proposal and call our people; of our own we know since when it stands."""
    value, now = proposal.value, desk.now
    ours = value.coordinator == desk.here.node
    via, heard_at = (None, seconds(value.proposed_at)) if ours else (desk.peer.id, now)
    setoffs.insert(writer, proposal, via=via, now=heard_at)
    alarms.insert(writer, peer=via, kind=deciding.ASKS, wire_id=value.setoff_id, now=now)
    setoff = deciding.known(writer, value.setoff_id)
    post.propose(writer, setoff, but=desk.peer.id, now=now)


def _known(reader: Reader, setoff_id: str) -> Setoff:
    found = setoffs.find(reader, setoff_id)
    if found is None:
        raise FederationError(Problem.NOT_FOUND, "We know of no such set-off.")
    return found


_RULINGS = frozenset({"setoff-bundle", "setoff-abort"})
