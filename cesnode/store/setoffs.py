"""Set-offs: what was proposed, who agreed or not, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from cesnode.store import setoff_parts
from cesnode.store.database import Reader, Row, Writer
from cesnode.store.sqlite import plain
from federation.setoff_objects import (
    Decision,
    SetoffAbort,
    SetoffAccept,
    SetoffBundle,
    SetoffProposal,
    SetoffRefusal,
)
from federation.setoff_states import SetoffState
from federation.signed import Signature, Signed, holds, restore

plain(SetoffState)

Word: TypeAlias = Signed[SetoffAccept] | Signed[SetoffRefusal]
Ruling: TypeAlias = Signed[SetoffBundle] | Signed[SetoffAbort]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setoff:
    """A set-off as this node has it.

    `via` is the peer that brought it, and brings our word to the coordinator; None where
    we coordinate it.  `contradiction` is the other decision, if the coordinator signed
    both.  We coordinate it: `ending` is why our people withdraw it, `asked_at` when we
    last asked everybody what was decided, for our books were lost.
    """

    proposal: Signed[SetoffProposal]
    via: int | None
    state: SetoffState
    why: str | None
    decision: Ruling | None
    contradiction: Ruling | None
    ending: str | None
    asked_at: int | None
    heard_at: int
    accepted_at: int | None
    decided_at: int | None

    @property
    def id(self) -> str:
        return self.proposal.value.setoff_id

    @property
    def bundle(self) -> Signed[SetoffBundle] | None:
        """The bundle, where it is what was decided."""
        found = self.decision
        return found if found is not None and holds(found, SetoffBundle) else None


_SELECT = (
    "SELECT proposal, proposal_signature, via_id, state, why, decision,"
    " decision_signature, contradiction, contradiction_signature, ending, asked_at,"
    " heard_at, accepted_at, decided_at FROM setoffs "
)
_UNDECIDED = "state IN ('proposed', 'accepted', 'refused', 'forced')"


def insert(
    writer: Writer, proposal: Signed[SetoffProposal], *, via: int | None, now: int
) -> None:
    writer.run(
        "INSERT INTO setoffs (setoff_id, coordinator, via_id, digest, proposal,"
        " proposal_signature, heard_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            proposal.value.setoff_id,
            proposal.value.coordinator,
            via,
            proposal.digest,
            proposal.content,
            _text(proposal.signature),
            now,
        ),
    )


def find(reader: Reader, setoff_id: str) -> Setoff | None:
    row = reader.first(_SELECT + "WHERE setoff_id = ?", (setoff_id,))
    return _setoff(row) if row else None


def by_decision(reader: Reader, digest: str) -> Setoff | None:
    row = reader.first(_SELECT + "WHERE decision_digest = ?", (digest,))
    return _setoff(row) if row else None


def every(reader: Reader) -> list[Setoff]:
    """Return all set-offs, the latest first."""
    rows = reader.all(_SELECT + "ORDER BY heard_at DESC, setoff_id DESC")
    return [_setoff(row) for row in rows]


def undecided(reader: Reader) -> list[Setoff]:
    rows = reader.all(f"{_SELECT} WHERE {_UNDECIDED} ORDER BY heard_at, setoff_id")
    return [_setoff(row) for row in rows]


def set_state(
    writer: Writer, setoff: Setoff, state: SetoffState, *, why: str | None, now: int
) -> None:
    """Note what our people answered, or gave up."""
    accepted_at = now if state is SetoffState.ACCEPTED else setoff.accepted_at
    writer.run(
        "UPDATE setoffs SET state = ?, why = ?, accepted_at = ? WHERE setoff_id = ?",
        (state, why, accepted_at, setoff.id),
    )
    setoff_parts.reserve(writer, setoff.id)


def decide(
    writer: Writer,
    setoff: Setoff,
    state: SetoffState,
    decision: Ruling,
    *,
    now: int,
) -> None:
    """Keep the decision; what was reserved is released with it."""
    writer.run(
        "UPDATE setoffs SET state = ?, decision = ?, decision_signature = ?,"
        " decision_digest = ?, decided_at = ? WHERE setoff_id = ?",
        (
            state,
            decision.content,
            _text(decision.signature),
            decision.digest,
            now,
            setoff.id,
        ),
    )
    setoff_parts.reserve(writer, setoff.id)


def contradict(writer: Writer, setoff: Setoff, other: Ruling) -> None:
    """Keep the other decision beside the first, as a proof."""
    writer.run(
        "UPDATE setoffs SET contradiction = ?, contradiction_signature = ?"
        " WHERE setoff_id = ? AND contradiction IS NULL",
        (other.content, _text(other.signature), setoff.id),
    )


def honour(writer: Writer, setoff: Setoff, bundle: Signed[SetoffBundle]) -> None:
    """Let the bundle be what was decided, and the abort what contradicts it."""
    writer.run(
        "UPDATE setoffs SET state = 'cleared', decision = contradiction,"
        " decision_signature = contradiction_signature, decision_digest = ?,"
        " contradiction = decision, contradiction_signature = decision_signature"
        " WHERE setoff_id = ?",
        (bundle.digest, setoff.id),
    )


def wish_to_end(writer: Writer, setoff: Setoff, *, why: str) -> None:
    """Note that our people, who coordinate it, withdraw it."""
    writer.run("UPDATE setoffs SET ending = ? WHERE setoff_id = ?", (why, setoff.id))


def ask_again(writer: Writer, setoff: Setoff, *, now: int) -> None:
    """Note when everybody was asked what was decided, before we decide anything."""
    writer.run("UPDATE setoffs SET asked_at = ? WHERE setoff_id = ?", (now, setoff.id))


def put_word(writer: Writer, setoff_id: str, word: Word, *, now: int) -> bool:
    """Keep a party's word, its first; return whether it is new."""
    return bool(
        writer.run(
            "INSERT INTO setoff_words (setoff_id, node, accepts, body, signature,"
            " heard_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (
                setoff_id,
                word.value.node,
                isinstance(word.value, SetoffAccept),
                word.content,
                _text(word.signature),
                now,
            ),
        )
    )


def word_of(reader: Reader, setoff_id: str, node: str) -> Word | None:
    row = reader.first(
        "SELECT accepts, body, signature FROM setoff_words"
        " WHERE setoff_id = ? AND node = ?",
        (setoff_id, node),
    )
    return _word(row) if row else None


def words_about(reader: Reader, setoff_id: str) -> list[Word]:
    rows = reader.all(
        "SELECT accepts, body, signature FROM setoff_words WHERE setoff_id = ?"
        " ORDER BY node",
        (setoff_id,),
    )
    return [_word(row) for row in rows]


def _setoff(row: Row) -> Setoff:
    (
        proposal, proposal_signature, via, state, why, decision, decision_signature,
        contradiction, contradiction_signature, ending, asked_at, heard_at, accepted_at,
        decided_at,
    ) = row  # fmt: skip
    return Setoff(
        proposal=restore(SetoffProposal, bytes(proposal), _signature(proposal_signature)),
        via=via,
        state=SetoffState(state),
        why=why,
        decision=_decision(decision, decision_signature),
        contradiction=_decision(contradiction, contradiction_signature),
        ending=ending,
        asked_at=asked_at,
        heard_at=heard_at,
        accepted_at=accepted_at,
        decided_at=decided_at,
    )


def _decision(body: bytes | None, signature: str | None) -> Ruling | None:
    if body is None or signature is None:
        return None
    if isinstance(msgspec.json.decode(body, type=Decision), SetoffBundle):
        return restore(SetoffBundle, bytes(body), _signature(signature))
    return restore(SetoffAbort, bytes(body), _signature(signature))


def _word(row: Row) -> Word:
    accepts, body, signature = row
    if accepts:
        return restore(SetoffAccept, bytes(body), _signature(signature))
    return restore(SetoffRefusal, bytes(body), _signature(signature))


def _text(signature: Signature) -> str:
    return msgspec.json.encode(signature).decode()


def _signature(text: str) -> Signature:
    return msgspec.json.decode(text, type=Signature)
