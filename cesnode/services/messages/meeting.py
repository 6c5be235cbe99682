"""Whom somebody writes to, and whether that one takes it.

Whoever does not take a message is not told apart from one who was never here: one and the
same sentence answers that they take none at all, none from there, or none from you.
"""

from __future__ import annotations

from cesnode.community.exchange import Exchange
from cesnode.community.messages import Takes
from cesnode.community.roles import Actor, Scope
from cesnode.errors import (
    N_,
    MessageNotTaken,
    MessagesNotCarried,
    MessageToOneself,
    NotAllowed,
    UnknownAccount,
    UnknownConversation,
    UnknownPeer,
)
from cesnode.ledger.accounts import Account, AccountState
from cesnode.services import dates
from cesnode.services.clearing.addressing import known_number, resolve
from cesnode.services.clearing.ordering import require_begin
from cesnode.services.membership.naming import find
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    correspondents,
    exchanges,
    messages,
    peers,
    remote_listings,
)
from cesnode.store.correspondents import Abroad, Correspondent, Other


def whom(reader: Reader, exchange: Exchange, actor: Actor, text: str) -> Other:
    """Return whom a number or an address means.

    Raises:
        AccountMalformed, UnknownAccount, UnknownPeer: it names nobody to write to.
        MessageToOneself

    """
    meant = resolve(reader, exchange, text, field="to")
    if isinstance(meant, str):
        account = accounts.by_number(reader, meant, field="to")
        if not account.kind.is_personal:
            raise UnknownAccount(number=account.number, field="to")
        if actor.owns(account.id):
            raise MessageToOneself(number=account.number)
        return account.id
    if meant.beyond is not None:  # Nobody passes on messages for others.
        raise UnknownPeer(peer=text, field="to")
    name = remote_listings.name_of(reader, meant.address)
    return Abroad(meant.peer.id, meant.address, name)


def called(reader: Reader, other: Other) -> str:
    """Return what somebody is called here, or else their number: VILA0007.

    An address would do as well, but mail programs take it for one of theirs.
    """
    if isinstance(other, Abroad):
        name = other.name or remote_listings.name_of(reader, other.address)
        return name or known_number(reader, other.address)
    _, name = accounts.names(reader, [other])[other]
    return name


def introduced(reader: Reader, other: Other) -> str:
    """Return how a notice names somebody: by name, and from abroad by number as well."""
    name = called(reader, other)
    if isinstance(other, int):
        return name
    number = known_number(reader, other.address)
    return name if name == number else f"{name} ({number})"


def addressed(reader: Reader, other: Other) -> str:
    """Return the number, or the address, under which somebody is written to."""
    if isinstance(other, Abroad):
        return other.address
    number, _ = accounts.names(reader, [other])[other]
    return number


def own_account(reader: Reader, actor: Actor, number: str, *, now: int) -> Account:
    """Return an account of the actor's; nobody writes or reads for another.

    Raises:
        UnknownAccount, NotAllowed

    """
    account = find(reader, exchanges.load(reader, now), number)
    if not actor.owns(account.id):
        raise NotAllowed(permission=N_("write and read the messages of others"))
    return account


def own_side(reader: Reader, actor: Actor, conversation: int) -> Correspondent:
    """Return the actor's side of a conversation.

    Raises:
        UnknownConversation: there is none that is theirs.

    """
    side = correspondents.find(reader, conversation, actor.accounts)
    if side is None:
        raise UnknownConversation
    return side


def require_taken(reader: Reader, own: Account, other: Other, *, now: int) -> None:
    """Refuse to write to somebody here who takes no message from us.

    Somebody abroad is asked when the message gets there.

    Raises:
        MessageNotTaken, MessagesNotCarried, PeerResting

    """
    if isinstance(other, Abroad):
        peer = peers.by_id(reader, other.peer)
        require_begin(peer)
        if not peer.carries_messages:
            raise MessagesNotCarried(name=peer.name)
    elif not is_taken(reader, accounts.by_id(reader, other), own.id, now=now):
        raise MessageNotTaken(name=called(reader, other))


def is_taken(reader: Reader, recipient: Account, sender: Other, *, now: int) -> bool:
    """Whether an account here takes what somebody writes to it.

    To whom it has written itself it can be answered, unless it has blocked them since.
    """
    if recipient.state is AccountState.CLOSED or not recipient.kind.is_personal:
        return False
    if not accounts.members_of(reader, recipient.id):
        return False  # Nobody would read it.
    side = correspondents.between(reader, recipient.id, sender)
    if side is not None and side.blocked_at is not None:
        return False
    if side is not None and messages.has_written(reader, side.conversation, recipient.id):
        return True
    today = str(dates.day_of(now))
    return messages.takes(reader, recipient.id).admits(
        abroad=isinstance(sender, Abroad),
        shows=messages.shows_neighbours(reader, recipient.id, today=today),
    )


def takes(reader: Reader, actor: Actor, number: str, *, now: int) -> Takes:
    """Return from whom an account of the actor's takes messages."""
    actor.require_scope(Scope.READ)
    return messages.takes(reader, own_account(reader, actor, number, now=now).id)


def set_takes(
    writer: Writer, actor: Actor, number: str, wanted: Takes, *, now: int
) -> None:
    """Say from whom an account of the actor's takes messages from now on."""
    actor.require_scope(Scope.ADMIN)
    messages.set_takes(writer, own_account(writer, actor, number, now=now).id, wanted)


def set_blocked(
    writer: Writer, actor: Actor, conversation: int, *, blocked: bool, now: int
) -> None:
    """Take no more messages of a conversation's other side, or take them again.

    The other side is told nothing; what it writes is refused as if it were for nobody.
    """
    actor.require_scope(Scope.TRADE)
    side = own_side(writer, actor, conversation)
    correspondents.set_blocked(writer, side, now if blocked else None)
