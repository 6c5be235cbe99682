"""Acts: whatever is done besides posting leaves a link in their chain."""

from __future__ import annotations

import secrets

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor
from cesnode.ledger import chain
from cesnode.ledger.trades import Trade
from cesnode.store import Writer, accounts, acts, transfers


def entered(
    writer: Writer,
    exchange: Exchange,
    actor: Actor,
    kind: str,
    trade: Trade,
    *,
    now: int,
) -> None:
    """Keep who entered a trade that is not in the ledger yet, and all its facts."""
    named = accounts.names(writer, (trade.seller, trade.buyer))
    (seller, _), (buyer, _) = named[trade.seller], named[trade.buyer]
    details = {"trade": chain.trade_record(trade, seller, buyer)}
    subject = f"trade:{trade.uuid}"
    record(writer, exchange, actor, kind, subject, details=details, now=now)


def record(
    writer: Writer,
    exchange: Exchange,
    actor: Actor,
    kind: str,
    subject: str,
    *,
    details: chain.Canonical | None = None,
    note: str | None = None,
    now: int,
) -> None:
    """Add an act to the chain; `note` is free text and can be erased later."""
    last = acts.head(writer)
    seq, at, previous = (
        (last[0] + 1, max(now, last[1]), last[2])
        if last
        else (1, now, exchange.founding.genesis(chain.ACTS))
    )
    salt = secrets.token_bytes(chain.SALT_BYTES) if note is not None else None
    digest = chain.text_digest(salt, note) if salt and note is not None else None
    head = transfers.head(writer)
    facts = chain.act_record(
        seq=seq,
        at=at,
        actor=actor.member,
        kind=kind,
        subject=subject,
        details=details or {},
        after=head.seq if head else 0,
        note=digest,
    )
    acts.insert(
        writer,
        acts.Act(
            seq=seq,
            at=at,
            actor=actor.member,
            kind=kind,
            subject=subject,
            details=msgspec.json.encode(details or {}, order="sorted").decode(),
            note=note,
            salt=salt,
            note_digest=digest,
            after=head.seq if head else 0,
            hash=chain.link(previous, facts),
        ),
    )
