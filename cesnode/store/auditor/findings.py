"""What the auditor finds wrong: a stable code, a table, a row and a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MOST = 1_000
"""So many findings are kept; beyond them they are only counted."""


class Fault(StrEnum):
    """Stable across releases: scripts and translations hang on these strings."""

    FILE_DAMAGED = "file_damaged"
    REFERENCE_MISSING = "reference_missing"
    SCHEMA_CHANGED = "schema_changed"
    SCHEMA_MISSING = "schema_missing"
    SCHEMA_UNKNOWN = "schema_unknown"
    SCHEMA_VERSION = "schema_version"

    FOUNDING_CHANGED = "founding_changed"
    RULE_CHANGED = "rule_changed"
    RATE_CHANGED = "rate_changed"

    CHAIN_BROKEN = "chain_broken"
    NUMBERING_GAP = "numbering_gap"
    TIME_BACKWARDS = "time_backwards"
    TEXT_CHANGED = "text_changed"
    ACT_INVALID = "act_invalid"
    ACT_MISPLACED = "act_misplaced"
    CHECKPOINT_DIFFERS = "checkpoint_differs"

    SUM_NOT_ZERO = "sum_not_zero"
    TRANSFER_UNBALANCED = "transfer_unbalanced"
    ENTRY_WITHOUT_TRANSFER = "entry_without_transfer"
    BALANCE_BROKEN = "balance_broken"
    STANDING_DIFFERS = "standing_differs"
    STANDING_MISSING = "standing_missing"

    TRADE_MISSING = "trade_missing"
    TRADE_DIFFERS = "trade_differs"
    TRADE_POSTED_TWICE = "trade_posted_twice"
    TRADE_STATE_WRONG = "trade_state_wrong"
    REVERSAL_DIFFERS = "reversal_differs"

    HOLD_WITHOUT_TRADE = "hold_without_trade"
    HOLD_DIFFERS = "hold_differs"
    HOLD_ENDED_WRONGLY = "hold_ended_wrongly"
    HOLD_LEFT_OPEN = "hold_left_open"
    HOLD_MISSING = "hold_missing"

    CLEARING_DIFFERS = "clearing_differs"
    ENTRY_DIFFERS = "entry_differs"
    ENTRY_MISSING = "entry_missing"
    ENTRY_UNBOOKED = "entry_unbooked"
    ORDER_DIFFERS = "order_differs"
    ORDER_MISSING = "order_missing"
    PROOF_DIFFERS = "proof_differs"
    PROOF_MISSING = "proof_missing"
    RESERVATION_DIFFERS = "reservation_differs"
    SETOFF_DIFFERS = "setoff_differs"
    SETTLEMENT_DIFFERS = "settlement_differs"
    SIGNATURE_MISSING = "signature_missing"

    ACCOUNT_CHANGED = "account_changed"
    ACCOUNT_MISSING = "account_missing"
    ACCOUNT_UNKNOWN = "account_unknown"
    LIMIT_CHANGED = "limit_changed"
    NUMBER_INVALID = "number_invalid"


@dataclass(frozen=True, slots=True)
class Finding:
    code: Fault
    table: str
    row: str
    sentence: str

    @property
    def line(self) -> str:
        return f"{self.table} ({self.row}): {self.sentence}"


class Findings:
    """Gathers findings as they are met."""

    def __init__(self) -> None:
        self.kept: list[Finding] = []
        self.count = 0

    def add(self, code: Fault, table: str, row: str, sentence: str) -> None:
        self.count += 1
        if len(self.kept) < MOST:
            self.kept.append(Finding(code, table, row, sentence))

    def join(self, later: Findings) -> None:
        """Take over what was found elsewhere."""
        self.count += later.count
        self.kept.extend(later.kept[: MOST - len(self.kept)])


def units(amount: int, scale: int) -> str:
    """Write minor units as people read them: 1250 at scale 2 is 12.50."""
    if not scale:
        return str(amount)
    digits = f"{abs(amount):0{scale + 1}}"
    return f"{'-' if amount < 0 else ''}{digits[:-scale]}.{digits[-scale:]}"
