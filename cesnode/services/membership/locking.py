"""An account that is kept from buying for a while."""

from __future__ import annotations

from cesnode.community import words
from cesnode.community.notices import Kind
from cesnode.community.roles import Actor, Permission
from cesnode.ledger.accounts import Account, AccountState
from cesnode.services.membership import naming, recording
from cesnode.store import Writer, accounts, exchanges


def lock(writer: Writer, actor: Actor, name: str, *, reason: str, now: int) -> Account:
    """Keep an account from buying; the reason is shown to its member."""
    actor.require(Permission.KEEP_MEMBERS)
    exchange = exchanges.load(writer, now)
    account = naming.held(writer, exchange, name)
    naming.require_state(account, AccountState.OPEN, AccountState.LOCKED)
    reason = words.description(reason, field="reason")
    accounts.set_state(writer, account.id, AccountState.LOCKED, reason)
    recording.record(
        writer, exchange, actor, "account.locked", account, note=reason, now=now
    )
    recording.tell(writer, actor, account, Kind.LOCKED, {"reason": reason}, now=now)
    return accounts.by_id(writer, account.id)


def unlock(writer: Writer, actor: Actor, name: str, *, now: int) -> Account:
    actor.require(Permission.KEEP_MEMBERS)
    exchange = exchanges.load(writer, now)
    account = naming.held(writer, exchange, name)
    naming.require_state(account, AccountState.LOCKED)
    accounts.set_state(writer, account.id, AccountState.OPEN)
    recording.record(writer, exchange, actor, "account.unlocked", account, now=now)
    recording.tell(writer, actor, account, Kind.UNLOCKED, {}, now=now)
    return accounts.by_id(writer, account.id)
