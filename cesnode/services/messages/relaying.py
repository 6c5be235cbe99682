"""Carries messages to members of other exchanges, and takes in what comes from there.

1. A message is written down and put into the outbox in one transaction; the letter is
   sent until the other node has proven that it was taken, or that it never will be.
2. What crosses is text, two account numbers, and the name of who writes if they wish it:
   no address for letters or mail.
3. The same id is answered the same for ever; whoever takes no message is not told apart
   from one who is not there; a peer brings no more than its members could write.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from cesnode.community import words
from cesnode.community.exchange import Exchange
from cesnode.community.messages import LONGEST, Fault, State
from cesnode.community.notices import Kind
from cesnode.errors import NodeError
from cesnode.ledger.accounts import Account
from cesnode.services import noticing
from cesnode.services.clearing import answers
from cesnode.services.clearing.addressing import own_address, own_number
from cesnode.services.clearing.here import Desk
from cesnode.services.clearing.letters import Answer, again
from cesnode.services.incoming import Incoming
from cesnode.services.messages import meeting, placing
from cesnode.store import (
    Writer,
    accounts,
    correspondents,
    exchanges,
    messages,
    outbox,
    relayed_messages,
    remote_listings,
)
from cesnode.store.correspondents import Abroad
from cesnode.store.messages import Message
from cesnode.store.outbox import Letter
from cesnode.store.relayed_messages import Relayed
from federation import wire
from federation.bodies import Note
from federation.endpoints import MESSAGE
from federation.errors import (
    NATURE,
    PROBLEM_JSON,
    FederationError,
    Problem,
    read_problem,
    schema_invalid,
)
from federation.signing import Reply

LETTER = "message"

MOST_OF_A_PEER, MOST_OF_ONE, MOST_FOR_ONE = 120, 20, 30
"""Messages an hour: of a whole exchange, of one member of it, and for one of ours."""
REMEMBERED = 90 * 86_400
"""Seconds for which it is known which messages came; nobody is sent one again later."""
_HOUR = 3_600
_TWICE = 2

_OK = range(200, 300)
_REFUSED = range(400, 500)
_FAULTS: Mapping[Problem | None, Fault] = MappingProxyType(
    {
        Problem.PAYEE_UNAVAILABLE: Fault.NOT_TAKEN,
        Problem.NOT_FOUND: Fault.NOT_OFFERED,
        Problem.PEER_UNKNOWN: Fault.PARTED,
    }
)


def post(
    writer: Writer,
    exchange: Exchange,
    sender: Account,
    to: Abroad,
    message: Message,
    *,
    named: bool,
    now: int,
) -> None:
    """Put a message that is written down into the outbox; `named`: they learn by whom."""
    _, name = accounts.names(writer, [sender.id])[sender.id]
    note = Note(
        message_id=message.wire_id or "",
        from_member=own_address(exchange, sender.number),
        to_member=to.address,
        subject=message.subject,
        text=message.text,
        from_name=name if named else None,
    )
    _send(writer, to.peer, note, now=now)


def _send(writer: Writer, peer: int, note: Note, *, now: int) -> None:
    outbox.add(
        writer,
        peer=peer,
        kind=LETTER,
        wire_id=note.message_id,
        parameters={},
        body=wire.write(note),
        now=now,
    )


def answered(writer: Writer, desk: Desk, letter: Letter, answer: Answer) -> None:
    """Keep whether a message was taken; one that may be taken later is sent again.

    A node that knows no names in messages gets it without one.
    """
    problem = read_problem(answer.body)
    arrived = answer.status in _OK
    refused = answer.status in _REFUSED and (problem is None or not problem.retryable)
    if not (arrived or refused):
        again(writer, letter, problem or str(answer.status), now=desk.now)
        return
    note = wire.read(letter.body, Note)
    outbox.done(writer, letter.id, answer=answer.body, now=desk.now)
    outbox.forget_words(writer, letter.id)
    if problem is Problem.SCHEMA_INVALID and note.from_name is not None:
        unnamed = msgspec.structs.replace(note, from_name=None)
        _send(writer, letter.peer, unnamed, now=desk.now)
        return
    message = messages.by_wire_id(writer, letter.wire_id)
    if message is None or message.state is not State.UNDER_WAY:
        return
    if arrived:
        messages.end(writer, message.id, State.DELIVERED)
        return
    fault = _FAULTS.get(problem, Fault.NOT_UNDERSTOOD)
    messages.end(writer, message.id, State.UNDELIVERED, fault)
    _tell_author(writer, message, now=desk.now)


def received(writer: Writer, incoming: Incoming) -> Reply:
    """Take in a message of a peer's member for one of ours, or refuse it."""
    note, peer, now = incoming.arrival.body(Note), incoming.peer, incoming.now
    for address, node in ((note.from_member, peer.node), (note.to_member, incoming.own)):
        if address.rpartition("@")[2] != node:
            detail = "A message goes from your members to ours, and no further."
            raise FederationError(Problem.NOT_ROUTABLE, detail)
    subject, text, name = _legible(note)
    digest = hashlib.sha256(wire.write(note)).digest()
    known = relayed_messages.find(writer, peer.id, note.message_id)
    if known is not None:
        if known.digest != digest:
            detail = "This id was used for another message."
            raise FederationError(Problem.TRADE_CONFLICT, detail)
        return _answer(taken=known.taken)
    if not peer.carries_messages:
        detail = "No messages are passed on between our members and yours."
        raise FederationError(Problem.NOT_FOUND, detail)
    _require_pace(writer, peer.id, note, now=now)
    recipient = _recipient(writer, exchanges.load(writer, now), note)
    known_as = name or remote_listings.name_of(writer, note.from_member)
    sender = Abroad(peer.id, note.from_member, known_as)
    taken = recipient is not None and meeting.is_taken(writer, recipient, sender, now=now)
    if recipient is not None and taken:
        _take(writer, recipient, sender, subject, text, now=now)
    told = Relayed(
        peer=peer.id,
        wire_id=note.message_id,
        digest=digest,
        sender=note.from_member,
        recipient=note.to_member,
        taken=taken,
    )
    relayed_messages.insert(writer, told, now=now)
    return _answer(taken=taken)


def _take(
    writer: Writer, recipient: Account, sender: Abroad, subject: str, text: str, *, now: int
) -> None:
    side = correspondents.between(writer, recipient.id, sender) or correspondents.begin(
        writer, recipient.id, sender, by=None, now=now
    )
    if sender.name:
        correspondents.set_name(writer, side, sender.name)
    message = Message(
        id=0,
        uuid=None,
        conversation=side.conversation,
        sender=None,
        author=None,
        subject=subject,
        listing=None,
        text=text,
        state=State.DELIVERED,
        fault=None,
        wire_id=None,
        written_at=now,
    )
    placing.put(writer, side.conversation, message)


def _recipient(writer: Writer, exchange: Exchange, note: Note) -> Account | None:
    number = own_number(exchange, note.to_member)
    return accounts.find(writer, number) if number else None


def _legible(note: Note) -> tuple[str, str, str]:
    """Return subject, text and name as a member of ours could have written them."""
    try:
        subject = words.description(note.subject) if note.subject.strip() else ""
        text = words.long_text(note.text, field="text", most=_TWICE * LONGEST)
        name = words.name(note.from_name) if note.from_name is not None else ""
    except NodeError as error:
        raise schema_invalid(str(error)) from None
    return subject, text, name


def _require_pace(writer: Writer, peer: int, note: Note, *, now: int) -> None:
    lately = relayed_messages.pace(
        writer,
        peer,
        sender=note.from_member,
        recipient=note.to_member,
        since=now - _HOUR,
    )
    if (
        lately.of_peer >= MOST_OF_A_PEER
        or lately.by_sender >= MOST_OF_ONE
        or lately.for_recipient >= MOST_FOR_ONE
    ):
        detail = "That is a lot of messages for one hour. Please bring it later."
        raise FederationError(Problem.RATE_LIMITED, detail)


def _answer(*, taken: bool) -> Reply:
    """Answer as often as it is asked; what is refused is kept as what is taken."""
    if taken:
        return answers.heard()
    detail = "There is nobody here who takes this message."
    error = FederationError(Problem.PAYEE_UNAVAILABLE, detail)
    document = error.document(MESSAGE.path_with())
    return Reply(NATURE[error.problem].status, document, PROBLEM_JSON)


def _tell_author(writer: Writer, message: Message, *, now: int) -> None:
    side = correspondents.find(
        writer, message.conversation, frozenset({message.sender or 0})
    )
    if side is None or message.author is None:
        return
    noticing.tell(
        writer,
        message.author,
        Kind.MESSAGE_RETURNED,
        details={
            "path": placing.path(message.conversation),
            "words": meeting.introduced(writer, side.other),
        },
        now=now,
    )
