"""Rows deleted, inserted and swapped, each with the finding it must lead to."""

from __future__ import annotations


def _cases(table: str) -> list[tuple[str, ...]]:
    return [
        tuple(part.strip() for part in line.split("|"))
        for line in table.replace("\\\n", " ").strip().splitlines()
    ]


DELETED = _cases("""
transfers WHERE seq = 6 | numbering_gap transfers (transfer 7)
transfers WHERE seq = 6 | entry_without_transfer entries (account OAKV0000, transfer 6)
transfers WHERE seq = 15 | trade_state_wrong trades (trade 18)
entries WHERE seq = 6 AND account_id = 1 | transfer_unbalanced transfers (transfer 6)
entries WHERE seq = 6 AND account_id = 1 \\
    | balance_broken entries (account OAKV0000, transfer 7)
entries WHERE seq = 6 | chain_broken transfers (transfer 6)
trades WHERE id = 5 | trade_missing transfers (transfer 6)
trades WHERE id = 9 | numbering_gap trades (trade 10)
accounts WHERE id = 6 | account_missing accounts (OAKV0005)
accounts WHERE id = 3 | reference_missing entries (account #3)
standings WHERE account_id = 6 | standing_missing standings (account OAKV0005)
holds WHERE id = 2 | hold_missing hold_endings (hold 2)
holds WHERE id = 2 | hold_missing hold_entries (hold 2)
holds WHERE id = 4 | hold_missing trades (trade 16)
hold_entries WHERE hold_id = 4 | hold_differs holds (hold 4)
hold_entries WHERE hold_id = 4 | standing_differs standings (account OAKV0001)
hold_endings WHERE hold_id = 1 | hold_left_open holds (hold 1)
hold_endings WHERE hold_id = 2 | hold_left_open holds (hold 2)
acts WHERE seq = 12 | numbering_gap acts (act 13)
acts WHERE kind = 'account.opened' | account_unknown accounts (OAKV0001)
acts | founding_changed exchange (OAKV)
checkpoints WHERE id = 1 | checkpoint_differs checkpoints (checkpoint 2)
rates WHERE id = 2 | rate_changed rates (row 2)
levies WHERE id = 2 | rate_changed levies (row 2)
exchange | founding_changed exchange (row 1)
""")

INSERTED = _cases("""
transfers VALUES (16, 'fee', NULL, NULL, 1790000000, NULL, randomblob(32)) \\
    | transfer_unbalanced transfers (transfer 16)
transfers SELECT 16, 'fee', NULL, NULL, recorded_at, NULL, hash FROM transfers \\
    WHERE seq = 15 | chain_broken transfers (transfer 16)
entries VALUES (5, 2, 1000, 1000) | transfer_unbalanced transfers (transfer 2)
entries VALUES (5, 2, 1000, 1000) | sum_not_zero entries (all)
entries VALUES (5, 99, 1, 1) \\
    | entry_without_transfer entries (account OAKV0004, transfer 99)
accounts (id, number, kind, name, opened_at) \\
    VALUES (10, 'OAKV0007', 'public', 'No One', 1) | account_unknown accounts (OAKV0007)
accounts (id, number, kind, name, opened_at) \\
    VALUES (10, 'OAKV7', 'public', 'No One', 1) | number_invalid accounts (OAKV7)
accounts (id, number, kind, name, opened_at) \\
    VALUES (10, 'X-VILA', 'clearing', 'No One', 1) | number_invalid accounts (X-VILA)
accounts (id, number, kind, name, opened_at) \\
    VALUES (10, 'OAKV-x', 'system', 'No One', 1) | number_invalid accounts (OAKV-x)
standings (account_id) VALUES (99) | reference_missing standings (row 99)
trades SELECT 19, randomblob(16), 'posted', seller_id, buyer_id, other, amount, \\
    seller_levy, buyer_levy, NULL, NULL, event_on, channel, NULL, NULL, 1, 0 FROM trades \\
    WHERE id = 1 \\
    | trade_state_wrong trades (trade 19)
holds VALUES (5, 99, 1) | hold_without_trade holds (hold 5)
hold_entries VALUES (4, 3, -5) | hold_differs holds (hold 4)
hold_endings VALUES (4, 'voided', NULL, 1) | hold_missing trades (trade 16)
hold_endings VALUES (3, 'posted', 12, 1) | hold_ended_wrongly hold_endings (hold 3)
acts SELECT 38, at, NULL, kind, subject, details, NULL, NULL, NULL, 15, hash FROM acts \\
    WHERE seq = 12 | chain_broken acts (act 38)
checkpoints VALUES (3, 1760627200, 12, 'a note') \\
    | checkpoint_differs checkpoints (checkpoint 3)
rates VALUES (3, 1, 1, 1, NULL, NULL, NULL) | rate_changed rates (row 3)
levies VALUES (3, 1, 0, 0, 0, NULL, 0, 0, 0, NULL) | rate_changed levies (row 3)
""")

SWAPPED = _cases("""
entries.amount | account_id = 3 AND seq = 6 | account_id = 3 AND seq = 7 \\
    | balance_broken entries (account OAKV0002, transfer 6)
transfers.trade_id | seq = 6 | seq = 7 | trade_differs transfers (transfer 6)
transfers.hash | seq = 6 | seq = 7 | chain_broken transfers (transfer 7)
transfers.recorded_at | seq = 6 | seq = 7 | time_backwards transfers (transfer 7)
trades.amount | id = 1 | id = 2 | trade_differs transfers (transfer 1)
trades.seller_id | id = 1 | id = 2 | trade_differs transfers (transfer 2)
trades.description | id = 1 | id = 2 | text_changed trades (trade 2)
accounts.number | id = 3 | id = 4 | chain_broken transfers (transfer 2)
standings.balance | account_id = 3 | account_id = 4 \\
    | standing_differs standings (account OAKV0003)
acts.subject | seq = 14 | seq = 16 | chain_broken acts (act 14)
checkpoints.note | id = 1 | id = 2 | checkpoint_differs checkpoints (checkpoint 1)
holds.trade_id | id = 3 | id = 4 | hold_differs holds (hold 3)
""")

UNFIT_ACTS = _cases("""
after = 4 WHERE seq = 18 | act_misplaced acts (act 18)
after = 99 WHERE seq = 32 | act_misplaced acts (act 32)
after = 3 WHERE seq = 20 | act_misplaced acts (act 20)
details = '{"from":"lapsed"}' WHERE seq = 22 | act_misplaced acts (act 22)
subject = 'trade:nobody' WHERE seq = 20 | act_misplaced acts (act 20)
kind = 'account.opened' WHERE seq = 5 | act_invalid acts (act 5)
details = '{"from": "posted"}' WHERE seq = 19 | act_invalid acts (act 19)
details = 'nothing' WHERE seq = 5 | act_invalid acts (act 5)
details = '[]' WHERE seq = 5 | act_invalid acts (act 5)
details = '{"role":"\\ud800"}' WHERE seq = 5 | act_invalid acts (act 5)
details = '{"from":["posted"]}' WHERE seq = 20 | act_misplaced acts (act 20)
details = '{"from":"declined"}' WHERE seq = 20 | act_misplaced acts (act 20)
details = '{"from":"posted"}' WHERE seq = 23 | act_misplaced acts (act 23)
details = '{}' WHERE seq = 23 | act_misplaced acts (act 23)
details = '{}' WHERE seq = 19 | act_misplaced acts (act 19)
details = printf('%.99999c', '[') WHERE seq = 5 | act_invalid acts (act 5)
""")

UNHIDDEN = _cases("""
transfers SET kind = 'donation' WHERE seq = 6 | trade_differs transfers (transfer 6)
transfers SET kind = 'donation' WHERE seq = 5 | reversal_differs transfers (transfer 5)
transfers SET kind = 'trade' WHERE seq = 12 | trade_missing transfers (transfer 12)
transfers SET trade_id = NULL WHERE seq = 1 | trade_missing transfers (transfer 1)
transfers SET trade_id = 12 WHERE seq = 5 | reversal_differs transfers (transfer 5)
transfers SET trade_id = 12 WHERE seq = 6 | trade_state_wrong trades (trade 12)
transfers SET trade_id = 1 WHERE seq = 5 | trade_state_wrong trades (trade 1)
transfers SET trade_id = 1 WHERE seq = 5 | trade_state_wrong trades (trade 4)
transfers SET reverses = 3 WHERE seq = 5 | reversal_differs transfers (transfer 5)
transfers SET recorded_at = 1 WHERE seq = 6 | time_backwards transfers (transfer 6)
transfers SET text_digest = randomblob(32) WHERE seq = 6 | text_changed trades (trade 5)
entries SET amount = -amount WHERE seq = 6 | trade_differs transfers (transfer 6)
entries SET amount = 2 * amount WHERE seq = 5 | reversal_differs transfers (transfer 5)
entries SET amount = 1 WHERE seq = 12 | transfer_unbalanced transfers (transfer 12)
trades SET salt = NULL WHERE id = 1 | text_changed trades (trade 1)
accounts SET number = 'OAKV00006' WHERE id = 7 | number_invalid accounts (OAKV00006)
accounts SET kind = 'system' WHERE id = 4 | number_invalid accounts (OAKV0003)
accounts SET kind = 'community' WHERE id = 4 | number_invalid accounts (OAKV0003)
trades SET amount = 1 WHERE id = 1 | trade_differs transfers (transfer 1)
trades SET amount = 1 WHERE id = 1 | standing_differs standings (account OAKV0001)
trades SET state = 'posted' WHERE id = 4 | trade_state_wrong trades (trade 4)
trades SET state = 'posted' WHERE id = 12 | trade_state_wrong trades (trade 12)
trades SET state = 'reversed' WHERE id = 1 | trade_state_wrong trades (trade 1)
trades SET state = 'requested' WHERE id = 1 | trade_state_wrong trades (trade 1)
trades SET state = 'requested' WHERE id = 9 | trade_state_wrong trades (trade 9)
trades SET state = 'declined' WHERE id = 12 | trade_state_wrong trades (trade 12)
trades SET state = 'posted' WHERE id = 6 | trade_state_wrong trades (trade 6)
trades SET state = 'posted' WHERE id = 16 | hold_left_open holds (hold 4)
acts SET kind = 'trade.held', subject = 'trade:00000000-0000-7000-8000-000000000010' \\
    WHERE seq = 14 | hold_differs holds (hold 4)
acts SET kind = 'trade.voided', subject = 'trade:00000000-0000-7000-8000-00000000000e' \\
    WHERE seq = 14 | hold_ended_wrongly hold_endings (hold 2)
acts SET at = 1 WHERE seq = 20 | time_backwards acts (act 20)
acts SET kind = 'account.unlocked' WHERE seq = 16 | account_changed accounts (OAKV0005)
acts SET note_digest = randomblob(32) WHERE seq = 20 | text_changed acts (act 20)
""")
"""What stays visible even if both chains are made anew and no checkpoint is left."""
