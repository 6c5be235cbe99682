"""For each column of what is kept of set-offs: a change to it, and the finding."""

from __future__ import annotations

from typing import NamedTuple


class Change(NamedTuple):
    """A new value for a column in some rows, and the finding: its code and its table."""

    value: str
    where: str
    finding: str


_ROWS = {
    "CLEARED": "state = 'cleared'",
    "AGREED": "state = 'accepted'",
    "OURS": "node = 'oakv.example'",
    "BOOKED": "transfer_seq IS NOT NULL",
    "OWED": "transfer_seq IS NOT NULL AND we_owe",
    "RESERVED": "transfer_seq IS NULL",
}


def _cases(table: str) -> dict[str, Change]:
    """Read lines of `table.column another | new value | where | finding`."""
    cases = {}
    for line in table.strip().splitlines():
        columns, value, where, finding = (part.strip() for part in line.split("|"))
        name, _, rest = columns.partition(".")
        for column in rest.split():
            own = value.replace("MORE", f"{column} + 1")
            cases[f"{name}.{column}"] = Change(own, _ROWS.get(where, where), finding)
    return cases


GUARDED = _cases("""
accounts.reserved | 7 | reserved <> 0 | reservation_differs accounts
setoffs.setoff_id | upper(setoff_id) | CLEARED | setoff_differs setoffs
setoffs.coordinator | 'waha.example' | CLEARED | setoff_differs setoffs
setoffs.digest | hex(zeroblob(32)) | CLEARED | setoff_differs setoffs
setoffs.proposal | x'7b7d' | CLEARED | setoff_differs setoffs
setoffs.proposal_signature | 'trust me' | CLEARED | signature_missing setoffs
setoffs.state | 'aborted' | CLEARED | setoff_differs setoffs
setoffs.decision | x'7b7d' | CLEARED | setoff_differs setoffs
setoffs.decision_signature | 'trust me' | CLEARED | signature_missing setoffs
setoffs.decision_digest | hex(zeroblob(32)) | CLEARED | setoff_differs setoffs
setoff_words.setoff_id | upper(setoff_id) | OURS | setoff_differs setoff_words
setoff_words.node | 'oaks.example' | OURS | setoff_differs setoff_words
setoff_words.accepts | 0 | OURS | setoff_differs setoff_words
setoff_words.body | x'7b7d' | OURS | setoff_differs setoff_words
setoff_words.signature | 'trust me' | OURS | signature_missing setoff_words
setoff_parts.setoff_id | 'gone' | OWED | reference_missing setoff_parts
setoff_parts.peer_id | 99 | OWED | setoff_differs setoff_parts
setoff_parts.we_owe | 1 - we_owe | RESERVED | reservation_differs accounts
setoff_parts.amount | MORE | BOOKED | setoff_differs setoff_parts
setoff_parts.transfer_seq | NULL | OWED | clearing_differs setoffs
""")

UNGUARDED = {
    "setoffs.via_id": "who brought it; whoever does, it is signed",
    "setoffs.why": "words of our people, which acts tell of",
    "setoffs.contradiction": "a proof against somebody else; looked at by people",
    "setoffs.contradiction_signature": "a proof against somebody else",
    "setoffs.ending": "a wish, which acts tell of",
    "setoffs.asked_at": "when others were asked last",
    "setoffs.heard_at": "a time that moves nothing",
    "setoffs.accepted_at": "a time that moves nothing",
    "setoffs.decided_at": "a time that moves nothing",
    "setoff_words.heard_at": "a time that moves nothing",
}
