"""Signs the head of the ledger, so that somebody else can keep it.

The form is a C2SP signed note: the ledger's name, the number of transfers, the head's
hash, then the head of the acts and the time.  Whoever keeps one can tell later whether
anything before it was altered.
"""

from __future__ import annotations

from cesnode.community.exchange import Exchange
from cesnode.ledger import chain
from cesnode.store import Writer, acts, checkpoints, exchanges, transfers
from cesnode.store.checkpoints import Checkpoint
from federation.checkpoint import sign_note
from federation.keys import PrivateKey, base64text


def checkpoint(writer: Writer, key: PrivateKey, *, now: int) -> Checkpoint:
    """Sign the chain as it stands and keep the note beside it."""
    exchange = exchanges.load(writer, now)
    before = checkpoints.latest(writer)
    at = max(now, before.at) if before else now
    head, act = transfers.head(writer), acts.head(writer)
    seq = head.seq if head else 0
    link = head.hash if head else exchange.founding.genesis(chain.LEDGER)
    name = ledger_name(exchange)
    lines = [name, str(seq), base64text(link)]
    if act is not None:
        lines.append(f"acts {act[0]} {base64text(act[2])}")
    lines.append(f"time {at}")
    text = "".join(f"{line}\n" for line in lines)
    made = Checkpoint(at, seq, sign_note(text, name, key).document)
    checkpoints.insert(writer, made)
    return made


def ledger_name(exchange: Exchange) -> str:
    """Name the ledger in notes, and the key that signs them."""
    return f"{exchange.node}/{exchange.code}"
