"""Taking leave: a balance is settled or given to the community, and the account closed.

What was recorded stays, for others' balances rest on it; the words that somebody wrote
go with them if they wish so, and then nothing here says who they were.
"""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Permission, Scope
from cesnode.errors import UnknownMember, WrongAccountState
from cesnode.ledger.accounts import Account
from cesnode.ledger.transfers import TransferKind, move
from cesnode.services import acting
from cesnode.services.groups import parting as group_parting
from cesnode.services.market import publishing
from cesnode.services.membership import closing, naming
from cesnode.services.posting import post
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    announcements,
    applications,
    brought,
    email_changes,
    events,
    exchanges,
    members,
    messages,
    profiles,
    schedules,
    searching,
    thanks,
    trades,
    trading_forms,
)

_SHARED = "held by others too"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """What there is to settle before an account can be closed; `balance` in minor units.

    `has_open`: trades wait for an answer or are on the way.  `is_shared`: others hold it
    too, so that one of them cannot close it.
    """

    account: Account
    balance: int
    has_open: bool
    is_shared: bool

    @property
    def may_give(self) -> bool:
        """Whether there is something that the community can be given."""
        return self.balance > 0

    @property
    def is_ready(self) -> bool:
        """Whether it can be closed, once what may be given is."""
        return self.balance >= 0 and not self.has_open and not self.is_shared


def look(reader: Reader, actor: Actor, number: str, *, now: int) -> Parting:
    """Return what stands between an account and its closing."""
    account = _own(reader, actor, number, now=now)
    position = account.position
    in_flight = position.held_out or position.held_in
    return Parting(
        account=account,
        balance=position.balance,
        has_open=bool(in_flight) or trades.has_open(reader, account.id),
        is_shared=len(accounts.members_of(reader, account.id)) > 1,
    )


def leave(
    writer: Writer, actor: Actor, number: str, *, give: bool, erase: bool, now: int
) -> Account:
    """Close an account of one's own; its profile goes with it.

    `give` what is left to the community.  `erase` the words they wrote and their name:
    the account is called by its number from then on.

    Raises:
        AccountNotEmpty: it has a balance that is not given, or cannot be, or trades that
            are not done; nothing was changed.
        WrongAccountState: others hold it too, or it is closed.
        NotAllowed: it is somebody else's.

    """
    account = _own(writer, actor, number, now=now)
    exchange = exchanges.load(writer, now)
    (member, *others) = accounts.members_of(writer, account.id)
    if others:
        raise WrongAccountState(number=account.number, state=_SHARED)
    if give and account.position.balance > 0:
        _give(writer, exchange, actor, account, now=now)
    closing.end(writer, exchange, actor, accounts.by_id(writer, account.id), now=now)
    if not members.is_active(writer, member):
        profiles.erase(writer, member)
        email_changes.forget(writer, member)
        events.remove_address(writer, member)
        announcements.forget_put_away(writer, member)
    if erase:
        _erase(writer, exchange, actor, account, member, now=now)
    return accounts.by_id(writer, account.id)


def _own(reader: Reader, actor: Actor, number: str, *, now: int) -> Account:
    actor.require_scope(Scope.ADMIN)
    account = naming.find(reader, exchanges.load(reader, now), number)
    if not actor.owns(account.id):
        actor.require(Permission.KEEP_MEMBERS)
    if not accounts.members_of(reader, account.id):
        raise UnknownMember(number=account.number, field="number")
    return account


def _give(
    writer: Writer, exchange: Exchange, actor: Actor, account: Account, *, now: int
) -> None:
    """Move a whole balance to the community's account."""
    community, amount = accounts.COMMUNITY_ID, account.position.balance
    gift = move(TransferKind.DONATION, source=account.id, target=community, amount=amount)
    named = accounts.names(writer, (account.id, community))
    numbers = {each: named[each][0] for each in (account.id, community)}
    seq = post(writer, exchange, gift, numbers, now=now)
    acting.record(
        writer,
        exchange,
        actor,
        "account.donated",
        f"account:{account.number}",
        details={"amount": amount, "transfer": seq},
        now=now,
    )


def _erase(
    writer: Writer,
    exchange: Exchange,
    actor: Actor,
    account: Account,
    member: int,
    *,
    now: int,
) -> None:
    """Forget what somebody wrote for an account, and who that was."""
    publishing.withdraw_all(writer, account.id, now=now)
    trades.erase_words_by(writer, account.id, member)
    schedules.erase_words(writer, account.id)
    trading_forms.erase_words_by(writer, account.id, member)
    applications.erase(writer, account.id)
    brought.forget(writer, account.id)
    thanks.erase(writer, account.id, member)
    messages.erase_words_by(writer, account.id, member)
    accounts.set_name(writer, account.id, account.number)
    searching.index_account(writer, account.id)
    searching.compact(writer)
    if not members.is_active(writer, member):
        group_parting.forget_words(writer, member, now=now)
        members.set_name(writer, member, account.number)
        members.set_email(writer, member, None)
    subject = f"account:{account.number}"
    acting.record(writer, exchange, actor, "account.erased", subject, now=now)
