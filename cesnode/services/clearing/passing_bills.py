"""A hub's part in a bill: it carries it to the buyer's node, and a refusal back.

It sees how much is asked and between which two nodes, and neither names nor words.  What
it carries moves nothing, so all it can do is not to carry it.
"""

from __future__ import annotations

from cesnode.services.clearing import answers, opening, passing
from cesnode.services.clearing.here import Desk, seconds
from cesnode.services.clearing.letters import Answer, refusal_in, told
from cesnode.services.clearing.wording import require_legible
from cesnode.store import Reader, Writer, outbox, peers, relayed_requests
from cesnode.store.outbox import Letter
from cesnode.store.relayed_requests import Passage
from federation.bodies import Declined
from federation.errors import FederationError, Problem, schema_invalid
from federation.requests import RelayedBill, RelayedRequest, check_way
from federation.seal import description_hash
from federation.signed import Signed, open_signed, relayed
from federation.signing import Reply
from federation.wire import write

LETTER, REFUSAL_LETTER = "relayed_request", "request_decline"
MOST_A_DAY = 200
"""Bills of one peer that are passed on in a day."""
_DAY = 86_400


def opened(reader: Reader, desk: Desk, body: RelayedBill) -> Signed[RelayedRequest]:
    """Read a bill that passes a hub, and prove that the seller's node made it so.

    Raises:
        FederationError: it is not proven, or not on its way to us.

    """
    document, signature = bytes(body.request), body.request_sig
    value = relayed(RelayedRequest, document, signature).value
    check_way(value, desk.here.node, desk.peer.node)
    if not opening.is_known(reader, desk, value.payee_node, signature.keyid):
        detail = f"This node could not learn the keys of {value.payee_node}."
        raise FederationError(Problem.NOT_ROUTABLE, detail)
    find_key = desk.here.find_key(reader)
    signed = open_signed(RelayedRequest, document, signature, find_key)
    if description_hash(sealed=body.sealed) != value.description_hash:
        raise schema_invalid("The sealed words are not those that were signed.")
    if seconds(value.expires_at) <= desk.now:
        raise FederationError(Problem.EXPIRED, "The time of this bill is over.")
    return signed


def require_allowed(desk: Desk) -> None:
    """Refuse bills of a peer from which none are taken."""
    if not desk.peer.allow_requests:
        detail = "This exchange does not take bills from yours."
        raise FederationError(Problem.PAYEE_UNAVAILABLE, detail)


def carry(
    writer: Writer, desk: Desk, signed: Signed[RelayedRequest], body: RelayedBill
) -> Reply:
    """Pass a bill on in the bytes it came in; the same bill again changes nothing.

    Raises:
        FederationError: no bill may pass on this way, or not so many.

    """
    value = signed.value
    known = relayed_requests.passage(writer, value.request_id)
    if known is not None:
        if (known.upstream, known.digest) != (desk.peer.id, signed.digest):
            detail = "This id was used for another bill."
            raise FederationError(Problem.TRADE_CONFLICT, detail)
        return answers.heard()
    require_allowed(desk)
    onward = peers.by_node(writer, value.payer_node)
    onward = passing.require_passage(desk, onward, value.path)
    since = desk.now - _DAY
    if relayed_requests.passed_since(writer, desk.peer.id, since) >= MOST_A_DAY:
        detail = f"This node passes on {MOST_A_DAY} bills of a peer in a day."
        raise FederationError(Problem.RATE_LIMITED, detail)
    passage = Passage(
        request_id=value.request_id,
        upstream=desk.peer.id,
        downstream=onward.id,
        digest=signed.digest,
        expires_at=seconds(value.expires_at),
        passed_at=desk.now,
        ended_at=None,
    )
    relayed_requests.insert(writer, passage)
    outbox.add(
        writer,
        peer=onward.id,
        kind=LETTER,
        wire_id=value.request_id,
        parameters={},
        body=write(body),
        now=desk.now,
    )
    return answers.heard()


def answered(writer: Writer, desk: Desk, letter: Letter, answer: Answer) -> None:
    """The buyer's node has the bill, or will never take it: then its seller hears so."""
    problem = refusal_in(answer)
    if problem is None:
        told(writer, desk, letter, answer)
        return
    outbox.done(writer, letter.id, answer=answer.body, now=desk.now)
    passage = relayed_requests.passage(writer, letter.wire_id)
    if passage is not None:
        _tell_back(writer, passage, why=problem, now=desk.now)


def declined(writer: Writer, desk: Desk, request_id: str, *, why: str) -> Reply:
    """The buyer's node says no: carry that back; what we have forgotten is not news.

    Raises:
        FederationError: it is not for this peer to say.

    """
    passage = relayed_requests.passage(writer, request_id)
    if passage is None:
        return answers.heard()
    if passage.downstream != desk.peer.id:
        raise FederationError(Problem.NOT_FOUND, "There is no such bill.")
    _tell_back(writer, passage, why=require_legible(why), now=desk.now)
    return answers.heard()


def _tell_back(writer: Writer, passage: Passage, *, why: str, now: int) -> None:
    if not relayed_requests.end(writer, passage.request_id, now=now):
        return
    outbox.add(
        writer,
        peer=passage.upstream,
        kind=REFUSAL_LETTER,
        wire_id=passage.request_id,
        parameters={"request_id": passage.request_id},
        body=write(Declined(why=why)),
        now=now,
    )
