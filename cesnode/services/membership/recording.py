"""What is done to an account: kept as an act, and told to its members."""

from __future__ import annotations

from collections.abc import Mapping

from cesnode.community.exchange import Exchange
from cesnode.community.notices import Kind
from cesnode.community.roles import Actor
from cesnode.ledger.accounts import Account
from cesnode.ledger.chain import Canonical
from cesnode.services import acting, noticing
from cesnode.store import Writer


def record(
    writer: Writer,
    exchange: Exchange,
    actor: Actor,
    kind: str,
    account: Account,
    *,
    details: Canonical | None = None,
    note: str | None = None,
    now: int,
) -> None:
    subject = f"account:{account.number}"
    acting.record(
        writer, exchange, actor, kind, subject, details=details, note=note, now=now
    )


def tell(
    writer: Writer,
    actor: Actor,
    account: Account,
    kind: Kind,
    details: Mapping[str, str],
    *,
    now: int,
) -> None:
    noticing.tell_holders(
        writer, account.id, kind, details=details, but=actor.member, now=now
    )
