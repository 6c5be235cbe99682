"""For each column of each table of money: a change to it, and the finding it leads to."""

from __future__ import annotations

from typing import NamedTuple


class Change(NamedTuple):
    """A new value for a column in some rows, and the finding: code, table and row."""

    value: str
    where: str
    finding: str


_ROWS = {
    "BOB": "account_id = 3",
    "SECOND": "account_id = 3 AND seq = 2",
    "FOURTH": "hold_id = 4 AND account_id = 2",
}


def _cases(table: str) -> dict[str, Change]:
    """Read lines of `table.column another | new value | where | finding`."""
    cases = {}
    for line in table.strip().splitlines():
        columns, value, where, finding = (part.strip() for part in line.split("|"))
        name, _, rest = columns.partition(".")
        for column in rest.split():
            own = value.replace("MORE", f"{column} + 1")
            own = own.replace("NOISE", f"randomblob(length({column}))")
            cases[f"{name}.{column}"] = Change(own, _ROWS.get(where, where), finding)
    return cases


GUARDED = _cases("""
exchange.id | 2 | id = 1 | founding_changed exchange (row 1)
exchange.code | 'OAKW' | id = 1 | founding_changed exchange (OAKW)
exchange.measure | 'time' | id = 1 | founding_changed exchange (OAKV)
exchange.scale founded_at | MORE | id = 1 | founding_changed exchange (OAKV)
exchange.name singular plural symbol origin | 'x' | id = 1 | rule_changed exchange (OAKV)
exchange.limit_policy | 'warn' | id = 1 | rule_changed exchange (OAKV)
exchange.seller_record | 'agreed' | id = 1 | rule_changed exchange (OAKV)
exchange.trading_record | 'nobody' | id = 1 | rule_changed exchange (OAKV)
exchange.own_names | 0 | id = 1 | rule_changed exchange (OAKV)
exchange.known_as | 'x' | id = 1 | rule_changed exchange (OAKV)
exchange.allow_private_peers | 0 | id = 1 | rule_changed exchange (OAKV)
exchange.growth_share growth_cap | MORE | id = 1 | rule_changed exchange (OAKV)
exchange.agree_after_days object_days | MORE | id = 1 | rule_changed exchange (OAKV)
exchange.lapse_after_days | MORE | id = 1 | rule_changed exchange (OAKV)
exchange.floor ceiling | MORE | id = 1 | limit_changed exchange (OAKV)

rates.id | 7 | id = 2 | rate_changed rates (row 2)
rates.since hour_n hour_d national_n national_d | MORE | id = 2 | rate_changed rates (row 2)
rates.national | 'EUR' | id = 2 | rate_changed rates (row 2)

levies.id | 7 | id = 2 | rate_changed levies (row 2)
levies.since seller_share buyer_share | MORE | id = 2 | rate_changed levies (row 2)
levies.seller_fixed buyer_fixed | MORE | id = 2 | rate_changed levies (row 2)
levies.seller_least buyer_least | MORE | id = 2 | rate_changed levies (row 2)
levies.seller_most buyer_most | 123 | id = 2 | rate_changed levies (row 2)

accounts.id | 44 | id = 4 | reference_missing entries (account #4)
accounts.number | 'OAKV0009' | id = 4 | account_missing accounts (OAKV0003)
accounts.state | 'locked' | id = 2 | account_changed accounts (OAKV0001)
accounts.lock_reason | 'theft' | id = 6 | account_changed accounts (OAKV0005)
accounts.own_floor | 0 | id = 2 | limit_changed accounts (OAKV0001)
accounts.floor | -99900 | id = 2 | limit_changed accounts (OAKV0001)
accounts.own_ceiling | 1 | id = 2 | limit_changed accounts (OAKV0001)
accounts.reserved | 7 | id = 2 | reservation_differs accounts (OAKV0001)
accounts.ceiling | NULL | id = 4 | limit_changed accounts (OAKV0003)

standings.account_id | 33 | BOB | standing_missing standings (account OAKV0002)
standings.balance | MORE | BOB | standing_differs standings (account OAKV0002)
standings.held_out held_in | 7 | BOB | standing_differs standings (account OAKV0002)
standings.sales sold | MORE | BOB | standing_differs standings (account OAKV0002)
standings.purchases bought | 7 | BOB | standing_differs standings (account OAKV0002)
standings.last_trade_at | 7 | BOB | standing_differs standings (account OAKV0002)

trades.id | 99 | id = 1 | trade_missing transfers (transfer 1)
trades.uuid | NOISE | id = 1 | chain_broken transfers (transfer 1)
trades.state | 'objected' | id = 1 | trade_state_wrong trades (trade 1)
trades.seller_id buyer_id | 5 | id = 1 | trade_differs transfers (transfer 1)
trades.other | '0007@vila.example' | id = 1 | trade_differs transfers (transfer 1)
trades.amount seller_levy buyer_levy | MORE | id = 1 | trade_differs transfers (transfer 1)
trades.description | 'nothing' | id = 1 | text_changed trades (trade 1)
trades.salt | NOISE | id = 1 | text_changed trades (trade 1)
trades.event_on | '2020-01-01' | id = 1 | chain_broken transfers (transfer 1)
trades.channel | 'sms' | id = 1 | chain_broken transfers (transfer 1)
trades.entered_by on_behalf_of | 3 | id = 1 | chain_broken transfers (transfer 1)
trades.asked | 1 | id = 1 | chain_broken transfers (transfer 1)
trades.created_at | MORE | id = 1 | chain_broken transfers (transfer 1)

transfers.seq | 16 | seq = 15 | numbering_gap transfers (transfer 16)
transfers.kind | 'fee' | seq = 12 | chain_broken transfers (transfer 12)
transfers.trade_id | NULL | seq = 1 | trade_missing transfers (transfer 1)
transfers.reverses | 3 | seq = 5 | reversal_differs transfers (transfer 5)
transfers.recorded_at | MORE | seq = 6 | chain_broken transfers (transfer 6)
transfers.text_digest | NOISE | seq = 6 | text_changed trades (trade 5)
transfers.hash | NOISE | seq = 6 | chain_broken transfers (transfer 6)

entries.account_id | 5 | SECOND | trade_differs transfers (transfer 2)
entries.seq | 3 | SECOND | transfer_unbalanced transfers (transfer 2)
entries.amount | MORE | SECOND | balance_broken entries (account OAKV0002, transfer 2)
entries.balance_after | 7 | SECOND | balance_broken entries (account OAKV0002, transfer 2)

accounts.kind | 'individual' | id = 4 | account_changed accounts (OAKV0003)
accounts.opened_at | opened_at - 1 | id = 4 | account_changed accounts (OAKV0003)
accounts.area_id | 1 | id = 4 | account_changed accounts (OAKV0003)
accounts.whitelisted | 0 | id = 4 | account_changed accounts (OAKV0003)
accounts.accepts_requests_up_to | 100 | id = 4 | account_changed accounts (OAKV0003)
accounts.approves_receipts | 1 | id = 4 | account_changed accounts (OAKV0003)

holds.id | 9 | id = 4 | numbering_gap holds (hold 9)
holds.trade_id | 12 | id = 3 | hold_differs holds (hold 3)
hold_entries.hold_id | 9 | FOURTH | hold_missing hold_entries (hold 9)
hold_entries.account_id | 3 | FOURTH | hold_differs holds (hold 4)
hold_entries.amount | MORE | FOURTH | hold_differs holds (hold 4)
hold_endings.hold_id | 3 | hold_id = 2 | hold_left_open holds (hold 2)
hold_endings.outcome | 'posted' | hold_id = 2 | hold_ended_wrongly hold_endings (hold 2)
hold_endings.seq | 10 | hold_id = 1 | hold_ended_wrongly hold_endings (hold 1)
hold_endings.ended_at | MORE | hold_id = 1 | hold_ended_wrongly hold_endings (hold 1)

acts.seq | 99 | seq = (SELECT max(seq) FROM acts) | numbering_gap acts (act 99)
acts.at after | MORE | seq = 20 | chain_broken acts (act 20)
acts.actor_id | 1 | seq = 20 | chain_broken acts (act 20)
acts.kind | 'trade.posted' | seq = 20 | chain_broken acts (act 20)
acts.subject | 'exchange' | seq = 20 | chain_broken acts (act 20)
acts.details | '{}' | seq = 20 | chain_broken acts (act 20)
acts.note | 'too many' | seq = 20 | text_changed acts (act 20)
acts.salt | NOISE | seq = 20 | text_changed acts (act 20)
acts.note_digest hash | NOISE | seq = 20 | chain_broken acts (act 20)

checkpoints.id | 5 | id = 2 | checkpoint_differs checkpoints (checkpoint 5)
checkpoints.at seq | MORE | id = 2 | checkpoint_differs checkpoints (checkpoint 2)
checkpoints.note | 'a note' | id = 2 | checkpoint_differs checkpoints (checkpoint 2)
""".replace("\n\n", "\n"))  # fmt: skip

UNGUARDED = {
    "accounts.name": "a name moves nothing, and may have to be forgotten",
    "holds.created_at": "a time to show; what is held follows from the trade",
}

NOT_MONEY = {
    "areas": "names of places",
    "members": "people; what they did is in acts and trades",
    "member_roles": "granted and revoked by acts; looked at when somebody acts",
    "sign_ins": "secrets, and how people come in",
    "sign_in_members": "for whom a sign-in acts; looked at when somebody acts",
    "sessions": "secrets",
    "recovery_codes": "secrets",
    "tickets": "secrets",
    "attempts": "counted for some minutes",
    "house_terms": "words of the house; who accepted which is beside them",
    "applications": "people who are not in yet; what became of them is in acts",
    "acceptances": "of the terms, by who applied",
    "application_questions": "what who applied was asked, and answered",
    "email_changes": "addresses that are not proven yet",
    "tokens": "secrets",
    "account_members": "who acts for an account; looked at when somebody acts",
    "invites": "one use each, towards an agreement that both sides sign",
    "peers": "agreements, which both sides have signed",
    "peer_keys": "keys, proven when they are used",
    "peer_nonces": "what was heard lately",
    "distant_nodes": "what their own cards say; a price is asked for each time",
    "distant_keys": "keys, proven when they are used",
    "quotes": "signed, and over after ten minutes; what they led to is in orders",
    "peer_checkpoints": "signed by the peer",
    "remote_trades": "signed orders and decisions; see columns_abroad.py",
    "clearing_entries": "signed chains; see columns_abroad.py",
    "settlements": "signed by the debtor; see columns_abroad.py",
    "setoff_consent": "a wish, which acts tell of",
    "setoff_debts": "what others told of their debts; each looks again before it agrees",
    "setoffs": "signed by who coordinates; see columns_setoffs.py",
    "setoff_words": "signed by the parties; see columns_setoffs.py",
    "setoff_parts": "from our own signed words; see columns_setoffs.py",
    "disputes": "claims; they move nothing",
    "forced_voids": "signed words; what follows is in transfers",
    "total_limits": "limits, which acts tell of",
    "rotated_keys": "public keys, each named by the one before",
    "own_moves": "our own signed words of where we are",
    "peer_moves": "signed words of peers of where they are",
    "requests": "bills; what they led to is in trades",
    "relayed_requests": "bills of others that passed here; they move nothing",
    "sealed_requests": "bills as they were signed; what they led to is in trades",
    "schedule_maxima": "wishes; what they lead to is in trades",
    "peer_terms": "agreements, which both sides have signed",
    "outbox": "letters on the way",
    "alarms": "notices for the operator",
    "post_office": "how many letters went out",
    "mails": "letters to members",
    "notices": "what members were told; the trades themselves are in trades",
    "notices_to_mail": "letters to be written",
    "notice_preferences": "how members wish to be told",
    "notice_choices": "how members wish to be told",
    "unsubscribe_links": "secrets",
    "schedules": "wishes; what they lead to is in trades",
    "scheduled_trades": "which trades followed from a wish; they are in trades",
    "trading_forms": "messages; they move nothing",
    "market_rules": "how the market is searched",
    "categories": "names of kinds of things",
    "listings": "what people offer and look for; they bind nobody",
    "remote_listings": "what neighbours offer",
    "feeds": "how far neighbours' markets were read",
    "pictures": "names of files",
    "favourites": "what members marked",
    "saved_searches": "what members look for",
    "renewals": "secrets",
    "announcements": "what the exchange says",
    "announcements_put_away": "what members have read",
    "events": "when people meet",
    "calendar_addresses": "secrets",
    "newsletters": "letters to many; balances in them choose readers and move nothing",
    "newsletter_files": "names of files",
    "newsletter_recipients": "who was written to",
    "market_weeks": "how far the market was told of",
    "thanks": "what members say of each other; the trades are in trades",
    "conversations": "who writes to whom",
    "correspondents": "who writes to whom, and has read how far",
    "messages": "what people write to each other; it moves nothing",
    "message_wishes": "from whom people take messages",
    "message_reports": "what is looked into; who asked and closed it is in acts",
    "relayed_messages": "which messages were heard lately",
    "near_limits": "who stays near a limit, as seen at night; balances are in accounts",
    "groups": "names of groups; that they were founded and ended is in acts",
    "group_members": "who is in which group",
    "group_notices": "what members of a group tell each other",
    "group_boards": "which listings groups see",
    "group_guests": "who of other exchanges is in which group",
    "group_log": "what other exchanges are told of a group",
    "group_wishes": "which wishes of guests were answered lately",
    "group_shown": "what stands on boards from other exchanges",
    "group_copies": "what is known of groups elsewhere",
    "group_visits": "who is in which group elsewhere",
    "group_sent": "what was written for groups elsewhere",
    "group_told": "which listings other exchanges were told of",
    "profiles": "what members tell of themselves",
    "profile_languages": "what members tell of themselves",
    "profile_audiences": "whom members tell what",
    "bringings": "when files were brought; what came of them is in transfers",
    "brought_sayings": "what files said of members, forgotten with them",
    "brought_accounts": "names in files; the accounts are in accounts",
    "brought_transfers": "names in files; the transfers are in transfers",
    "brought_listings": "names in files; the listings are in listings",
}
