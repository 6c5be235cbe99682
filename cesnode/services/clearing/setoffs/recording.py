"""What is done about set-offs, in the chain of acts."""

from __future__ import annotations

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor
from cesnode.services import acting
from cesnode.store import Writer
from cesnode.store.setoffs import Setoff


def record(
    writer: Writer,
    exchange: Exchange,
    actor: Actor,
    kind: str,
    setoff: Setoff,
    *,
    note: str | None = None,
    now: int,
) -> None:
    subject, details = f"setoff:{setoff.id}", {"proposal": setoff.proposal.digest}
    acting.record(
        writer, exchange, actor, kind, subject, details=details, note=note, now=now
    )
