"""Holds accounts, standings and rules against what entries, holds and acts tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields

from cesnode.store.auditor.books import UNTOLD, Books, Tally
from cesnode.store.auditor.findings import Fault
from cesnode.store.auditor.sqlite import sqlite3

_ACCOUNTS = """
SELECT id, number, kind, state, lock_reason, area_id, whitelisted, own_floor, floor,
    own_ceiling, ceiling, opened_at, accepts_requests_up_to, approves_receipts
FROM accounts ORDER BY number
"""
_LIMITS = frozenset({"own_floor", "floor", "own_ceiling", "ceiling"})
_COUNTED = tuple(field.name for field in fields(Tally))
_STANDINGS = f"SELECT account_id, {', '.join(_COUNTED)} FROM standings"  # noqa: S608


class Accounts:
    """Compares rows that may change with what the unchangeable rows say of them."""

    def __init__(self, connection: sqlite3.Connection, books: Books) -> None:
        self._connection = connection
        self._books = books
        self._findings = books.findings

    def compare(self) -> None:
        self._accounts()
        self._standings()
        self._rules()
        self._dated("rates", self._books.told.rates)
        self._dated("levies", self._books.told.levies)

    def _accounts(self) -> None:
        told, code = self._books.told.accounts, self._books.basis.founding.code
        seen: set[str] = set()
        for row in self._rows(_ACCOUNTS):
            number, kind = str(row["number"]), str(row["kind"])
            seen.add(number)
            first = (row["id"] == 1) == (kind == "community")
            if not (first and _number_fits(number, kind, code)):
                sentence = f"no {kind} account of {code} can have this number"
                self._fault(Fault.NUMBER_INVALID, number, sentence)
            expected = told.get(number, UNTOLD)
            if "opened" not in expected and "-" not in number and kind != "community":
                self._fault(Fault.ACCOUNT_UNKNOWN, number, "no act tells of its opening")
            self._account(number, row, expected)
        for number in sorted(told.keys() - seen):
            sentence = "acts tell of it, but it is gone"
            self._fault(Fault.ACCOUNT_MISSING, number, sentence)

    def _account(
        self, number: str, row: Mapping[str, object], expected: Mapping[str, object]
    ) -> None:
        for name in sorted(expected.keys() & row.keys()):
            if row[name] != expected[name]:
                code = Fault.LIMIT_CHANGED if name in _LIMITS else Fault.ACCOUNT_CHANGED
                sentence = f"its {name} is {row[name]}, by the acts {expected[name]}"
                self._fault(code, number, sentence)

    def _standings(self) -> None:
        left = dict(self._books.tallies)
        for account, *values in self._connection.execute(_STANDINGS):
            tally = left.pop(account, None)
            if tally is None:
                continue  # A missing reference: reported as such.
            for name, value in zip(_COUNTED, values, strict=True):
                counted = getattr(tally, name)
                if value != counted:
                    sentence = f"its {name} is {value}; the records say {counted}"
                    self._standing(Fault.STANDING_DIFFERS, account, sentence)
        for account in left:
            self._standing(Fault.STANDING_MISSING, account, "it is gone")

    def _standing(self, code: Fault, account: int, sentence: str) -> None:
        row = f"account {self._books.basis.numbers[account]}"
        self._findings.add(code, "standings", row, sentence)

    def _rules(self) -> None:
        told = self._books.told.exchange
        for row in self._rows("SELECT * FROM exchange"):
            for name in sorted(told.keys() & row.keys()):
                if row[name] != told[name]:
                    limit = name in _LIMITS
                    code = Fault.LIMIT_CHANGED if limit else Fault.RULE_CHANGED
                    sentence = f"its {name} is {row[name]}, by the acts {told[name]}"
                    self._findings.add(
                        code, "exchange", self._books.basis.founding.code, sentence
                    )

    def _dated(self, table: str, told: list[Mapping[str, object]]) -> None:
        """Compare rates or levies, row by row, with the acts that set them."""
        rows = list(self._rows(f"SELECT * FROM {table} ORDER BY id"))  # noqa: S608
        for place, expected in enumerate(told, 1):
            row = next((row for row in rows if row["id"] == place), None)
            if row is None:
                self._rate(table, place, "acts tell of it, but it is gone")
            elif row != {"id": place} | dict(expected):
                self._rate(table, place, "it is not what the acts tell")
        for row in rows:
            if not 1 <= int(str(row["id"])) <= len(told):
                self._rate(table, row["id"], "no act tells of it")

    def _rate(self, table: str, place: object, sentence: str) -> None:
        self._findings.add(Fault.RATE_CHANGED, table, f"row {place}", sentence)

    def _rows(self, sql: str) -> list[dict[str, object]]:
        cursor = self._connection.execute(sql)
        names = [name for name, *_ in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def _fault(self, code: Fault, number: str, sentence: str) -> None:
        self._findings.add(code, "accounts", number, sentence)


def _number_fits(number: str, kind: str, code: str) -> bool:
    shapes = {
        "community": "0000",
        "clearing": "-[A-Z]{4}[0-9]?",
        "system": "-[A-Z][A-Z0-9]{2,15}",
    }
    shape = shapes.get(kind, "(?!0000)(?:[0-9]{4}|[1-9][0-9]{4,7})")
    return re.fullmatch(re.escape(code) + shape, number) is not None
