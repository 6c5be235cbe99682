"""For each column of what is kept of other exchanges: a change to it, and the finding."""

from __future__ import annotations

from typing import NamedTuple


class Change(NamedTuple):
    """A new value for a column in some rows, and the finding: its code and its table."""

    value: str
    where: str
    finding: str


_ROWS = {
    "FIRST": "seq = 1 AND debtor = 'oakv.example'",
    "SECOND": "seq = 2 AND debtor = 'oakv.example'",
    "SETTLED": "kind = 'settlement'",
    "POSTED": "state = 'posted' AND wire_id NOT IN (SELECT wire_id FROM forced_voids)",
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
clearing_entries.debtor | 'waha.example' | FIRST | entry_differs clearing_entries
clearing_entries.creditor | 'waha.example' | FIRST | entry_differs clearing_entries
clearing_entries.seq | 99 | SECOND | numbering_gap clearing_entries
clearing_entries.hash | hex(zeroblob(32)) | FIRST | chain_broken clearing_entries
clearing_entries.peer_id | 2 | FIRST | entry_differs clearing_entries
clearing_entries.kind | 'writeoff' | SETTLED | entry_differs clearing_entries
clearing_entries.wire_id | NULL | FIRST | entry_differs clearing_entries
clearing_entries.own_amount | MORE | FIRST | clearing_differs clearing_entries
clearing_entries.other_amount | MORE | FIRST | entry_differs clearing_entries
clearing_entries.body | x'7b7d' | FIRST | chain_broken clearing_entries
clearing_entries.signature | 'trust me' | FIRST | signature_missing clearing_entries
clearing_entries.transfer_seq | NULL | FIRST | entry_missing entries
settlements.settlement_id | upper(settlement_id) | ours | settlement_differs settlements
settlements.ours | 0 | ours | settlement_differs settlements
settlements.digest | hex(zeroblob(32)) | ours | settlement_differs settlements
settlements.own_amount other_amount | MORE | ours | settlement_differs settlements
settlements.body | x'7b7d' | ours | settlement_differs settlements
settlements.state | 'refused' | ours | settlement_differs settlements
remote_trades.wire_id | upper(wire_id) | POSTED | order_differs remote_trades
remote_trades.role | 'payee' | POSTED | order_differs remote_trades
remote_trades.state | 'voided' | POSTED | proof_differs remote_trades
remote_trades.trade_id | NULL | POSTED | order_missing trades
remote_trades.upstream_id | 2 | POSTED | order_differs remote_trades
remote_trades.downstream_id | 2 | POSTED | order_differs remote_trades
remote_trades.order_body | x'7b7d' | POSTED | order_differs remote_trades
remote_trades.order_signature | '{}' | POSTED | signature_missing remote_trades
remote_trades.order_digest | hex(zeroblob(32)) | POSTED | order_differs remote_trades
remote_trades.refund_of | wire_id | state = 'voided' | order_differs remote_trades
remote_trades.proof | NULL | POSTED | proof_missing remote_trades
remote_trades.proof_signature | NULL | POSTED | signature_missing remote_trades
remote_trades.reason | 'expired' | POSTED | proof_differs remote_trades
remote_trades.expires_at | MORE | POSTED | order_differs remote_trades
""")  # fmt: skip

UNGUARDED = {
    "clearing_entries.added_at": "a time to show; the order is that of the chain",
    "settlements.peer_id": "it stands in the entry, which names both nodes",
    "settlements.signature": "proven when it came; the entry has its digest",
    "settlements.why": "words; what was decided is the state",
    "settlements.proposed_at": "a time to show; it stands in what was signed",
    "settlements.ended_at": "a time to show",
    "remote_trades.hop": "what arrived at the far end; it stands in the entry too",
    "remote_trades.sealed": "words that may be erased; the order has their digest",
    "remote_trades.created_at": "a time to show",
    "remote_trades.updated_at": "a time to show",
}

CONTRADICTIONS = {
    "a committed trade that is said to be aborted": (
        "UPDATE remote_trades SET state = 'aborted' WHERE state = 'committed'",
        "proof_differs remote_trades",
    ),
    "an aborted trade that is said to be committed": (
        "UPDATE remote_trades SET state = 'committed' WHERE state = 'aborted'",
        "entry_missing remote_trades",
    ),
    "a held trade that is said to be posted": (
        "UPDATE remote_trades SET state = 'posted' WHERE state = 'held'",
        "proof_missing remote_trades",
    ),
    "a held trade that is said to be voided": (
        "UPDATE remote_trades SET state = 'voided' WHERE state = 'held'",
        "trade_state_wrong remote_trades",
    ),
    "a pending trade that is said to be held": (
        "UPDATE remote_trades SET state = 'held' WHERE state = 'pending'",
        "trade_state_wrong remote_trades",
    ),
    "an entry that is gone": (
        "DELETE FROM clearing_entries WHERE seq = 1 AND debtor = 'vila.example'",
        "entry_missing remote_trades",
    ),
    "a settlement's entry that is gone": (
        "DELETE FROM clearing_entries WHERE kind = 'settlement'",
        "entry_missing entries",
    ),
    "a booked settlement that is gone": (
        "DELETE FROM settlements",
        "order_missing clearing_entries",
    ),
    "an order that is gone": (
        "DELETE FROM remote_trades WHERE state = 'posted'",
        "order_missing clearing_entries",
    ),
    "an open hold whose order is gone": (
        "DELETE FROM remote_trades WHERE state = 'held'",
        "order_missing trades",
    ),
    "words that are no JSON": (
        "UPDATE clearing_entries SET body = CAST('hello' AS BLOB) WHERE seq = 1",
        "entry_differs clearing_entries",
    ),
    "an order that is no JSON": (
        "UPDATE remote_trades SET order_body = CAST('hello' AS BLOB)",
        "order_differs remote_trades",
    ),
    "a trade booked by another's transfer": (
        "UPDATE clearing_entries SET transfer_seq = transfer_seq + 1 WHERE seq = 2",
        "entry_unbooked clearing_entries",
    ),
}
"""What no single column tells: one table says this, another that."""
