"""Goes through all acts in order: their chain, and what they tell of other rows.

What it takes from their details, whatever else they hold:
1. `exchange.founded` and `rules.set`: the columns of `exchange` they name.
2. `exchange.founded` (as `rate` and `levy`), `rate.set` and `levy.set`: a whole row.
3. `limits.set`: `floor` and `ceiling`, a number, null for none, or "default".
4. `account.opened`, `account.changed`: the columns of `accounts` they name.
   `account.locked`, `account.unlocked`, `account.closed`: the state.
5. `trade.<state>`: `from`, the state before.  Any act about a trade may hold `trade`,
   the facts of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from cesnode.store.auditor.books import UNTOLD, Books
from cesnode.store.auditor.chain import ACTS, Chain, canonical, text_matches
from cesnode.store.auditor.findings import Fault
from cesnode.store.auditor.rows import TRADE, TradeRow, facts
from cesnode.store.auditor.sqlite import sqlite3
from cesnode.store.auditor.trades import STATES

_ACTS = """
SELECT seq, at, actor_id, kind, subject, details, note, salt, note_digest, after, hash
FROM acts ORDER BY seq
"""
_TRADE = f"SELECT {TRADE} FROM trades AS t WHERE t.uuid = ?"  # noqa: S608 - column names
_ENTERED = frozenset({"requested", "held", "pending"})
_FINAL = frozenset({"reversed", "declined", "withdrawn", "lapsed", "voided"})
_ACCOUNT_COLUMNS = (
    "kind",
    "opened_at",
    "whitelisted",
    "area_id",
    "accepts_requests_up_to",
    "approves_receipts",
)


class Act(NamedTuple):
    seq: int
    at: int
    actor: int | None
    kind: str
    subject: str
    details: str
    note: str | None
    salt: bytes | None
    note_digest: bytes | None
    after: int
    hash: bytes


class Acts:
    """One walk over the acts; what they tell is left in the books."""

    def __init__(
        self, connection: sqlite3.Connection, books: Books, *, transfers: int
    ) -> None:
        self._connection = connection
        self._books = books
        self._transfers = transfers
        self._after = 0
        start = books.basis.founding.genesis(ACTS)
        self.chain = Chain("acts", "act", start, books.findings)

    def walk(self) -> None:
        for row in self._connection.execute(_ACTS):
            act = Act._make(row)
            details = self._details(act)
            self._follow(act, details)
            topic, _, name = act.subject.partition(":")
            if topic == "trade":
                self._trade(act, name, details)
            elif topic == "account":
                self._account(act, name, details)
            elif topic == "exchange":
                self._exchange(act, details)

    def _details(self, act: Act) -> dict[str, object]:
        try:
            details = json.loads(act.details)
            # Written out again, so that what cannot be hashed is found here.
            fits = canonical(details).encode() == act.details.encode()
        except (ValueError, RecursionError):
            details, fits = None, False
        if not (fits and isinstance(details, dict)):
            self._fault(Fault.ACT_INVALID, act, "its details are not canonical JSON")
        return details if isinstance(details, dict) else {}

    def _follow(self, act: Act, details: dict[str, object]) -> None:
        record: dict[str, object] = {
            "actor": act.actor,
            "after": act.after,
            "at": act.at,
            "details": details,
            "kind": act.kind,
            "note": act.note_digest.hex() if act.note_digest else None,
            "seq": act.seq,
            "subject": act.subject,
        }
        self.chain.follow(act.seq, act.at, act.hash, canonical(record))
        if not self._after <= act.after <= self._transfers:
            sentence = (
                f"it was done after transfer {act.after}, but the act before it after"
                f" {self._after}, and the last transfer is {self._transfers}"
            )
            self._fault(Fault.ACT_MISPLACED, act, sentence)
        self._after = act.after
        if act.note is not None and not text_matches(
            act.salt, act.note.encode(), act.note_digest
        ):
            self._fault(Fault.TEXT_CHANGED, act, "its note is not the one it sealed")

    def _exchange(self, act: Act, details: dict[str, object]) -> None:
        told = self._books.told
        founded = act.kind == "exchange.founded"
        if founded or act.kind == "rate.set":
            told.rates.append(_part(details, "rate") if founded else details)
        if founded or act.kind == "levy.set":
            told.levies.append(_part(details, "levy") if founded else details)
        if founded or act.kind == "rules.set":
            told.exchange |= details

    def _account(self, act: Act, number: str, details: dict[str, object]) -> None:
        accounts = self._books.told.accounts
        told = accounts.setdefault(number, dict(UNTOLD))
        match act.kind:
            case "account.opened":
                if "opened" in told:
                    self._fault(Fault.ACT_INVALID, act, f"{number} was opened before")
                told["opened"] = act.at
            case "account.locked":
                told |= {"state": "locked", "lock_reason": act.note}
                if act.note is None:
                    del told["lock_reason"]  # Erased: the account need not repeat it.
            case "account.unlocked" | "account.closed":
                state = "open" if act.kind == "account.unlocked" else "closed"
                told |= {"state": state, "lock_reason": None}
            case "limits.set":
                for side in details.keys() & {"floor", "ceiling"}:
                    own = details[side] != "default"
                    told[f"own_{side}"] = int(own)
                    told[side] = details[side] if own else None
        if act.kind in {"account.opened", "account.changed"}:
            told |= {name: details[name] for name in _ACCOUNT_COLUMNS if name in details}

    def _trade(self, act: Act, name: str, details: dict[str, object]) -> None:
        state = act.kind.removeprefix("trade.")
        trade = self._find(name)
        if trade is None:
            self._fault(Fault.ACT_MISPLACED, act, f"there is no trade {name}")
            return
        if not self._books.fates.known(trade.id):
            return
        self._check_facts(act, trade, state, details)
        if state not in STATES:
            return
        self._check_step(act, trade, state, details)
        self._books.fates.told[trade.id] = STATES.index(state)
        if state == "held":
            self._books.told.held_at[trade.id] = act.at
        elif state == "voided":
            self._books.told.voided_at[trade.id] = act.at

    def _check_step(
        self, act: Act, trade: TradeRow, state: str, details: dict[str, object]
    ) -> None:
        fates = self._books.fates
        told, before = STATES[fates.told[trade.id]], str(details.get("from", ""))
        begins = not before and state in _ENTERED
        if before in _FINAL or not (
            before == told if told else begins or before in STATES[1:]
        ):
            sentence = f"it moves trade {trade.id} from {before}, which was {told or 'new'}"
            self._fault(Fault.ACT_MISPLACED, act, sentence)
        seq = None
        if state == "reversed":
            seq = fates.reversed_by[trade.id]
        elif state == "posted" and before != "objected":
            seq = fates.posted_by[trade.id]
        if seq is not None and seq != act.after:
            sentence = f"trade {trade.id} was {state} by transfer {seq}, not {act.after}"
            self._fault(Fault.ACT_MISPLACED, act, sentence)

    def _check_facts(
        self, act: Act, trade: TradeRow, state: str, details: dict[str, object]
    ) -> None:
        """A trade that is not posted is in no transfer: an act may keep its facts."""
        kept = details.get("trade")
        if not isinstance(kept, dict):
            return
        levies = {"seller_levy": trade.seller_levy, "buyer_levy": trade.buyer_levy}
        if state != trade.state:  # Levies are fixed when it is posted.
            kept = kept | levies
        if canonical(kept) != facts(trade, self._books.basis.quoted):
            self._books.findings.add(
                Fault.TRADE_DIFFERS,
                "trades",
                f"trade {trade.id}",
                f"it is not as act {act.seq} keeps it",
            )

    def _find(self, name: str) -> TradeRow | None:
        try:
            uuid = UUID(name).bytes
        except ValueError:
            return None
        row = self._connection.execute(_TRADE, (uuid,)).fetchone()
        return TradeRow._make(row) if row else None

    def _fault(self, code: Fault, act: Act, sentence: str) -> None:
        self._books.findings.add(code, "acts", f"act {act.seq}", sentence)


def _part(details: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = details.get(name)
    return part if isinstance(part, dict) else {}
