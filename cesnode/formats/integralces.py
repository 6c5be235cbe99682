"""IntegralCES's export: CES's headers over other content, and with known defects.

It is UTF-8, its times are Unix seconds, yes is 1.  Its marks: the exchange's id is an
internal number instead of its code, and trades are dated in seconds.
1. An account is repeated for each person who holds it, an offer for each account of
   its owner, a balance for each advert: they are put together again.
2. Every individual is written as an administrator, and every limit as 0.
3. Trades are there in whatever state, without saying which: those that the balances
   know nothing of are left out, each with a word about it.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence

from msgspec.structs import replace
from typing_extensions import override

from cesnode.community.roles import Role
from cesnode.errors import FileInvalid
from cesnode.formats import cells
from cesnode.formats.brought import (
    Advert,
    Dealing,
    Facts,
    Holder,
    Movement,
    Outside,
    Problems,
    Stated,
)
from cesnode.formats.ces_v1 import SETTINGS, TRADES, USERS, CesV1
from cesnode.formats.foreign import Rows
from cesnode.formats.reading import Reading, Seen, name_of, split_key
from cesnode.formats.tables import Files, Line, Table
from cesnode.ledger.money import Currency

_CODE = 4
_MOST_DOUBTFUL = 20_000
_NEVER = "by balances.csv this trade was never carried out (its state is not in the file)"


def is_integralces(files: Files) -> bool:
    """Whether files with CES's headers have the marks of IntegralCES's content."""
    unheard = Problems()
    if SETTINGS in files.names:
        table = Table(files, SETTINGS, unheard, spills="MapAddress")
        line = next(iter(table), None)
        if line is not None and line["ExchangeID"].isdigit():
            return line["LevyRate"] == ""
    if TRADES in files.names:
        line = next(iter(Table(files, TRADES, unheard)), None)
        return line is not None and line["DateEntered"].isdigit()
    return False


class IntegralCes(CesV1):
    @override
    def holders(self) -> Iterator[Holder]:
        merged: dict[str, Holder] = {}
        reading = Reading(self._table(USERS))
        reading.table.require("UID")
        for holder in reading.rows(lambda line: self._holder(reading, line)):
            known = merged.get(holder.key)
            sharers = known.sharers if known else ()
            new = tuple(one for one in holder.sharers if one not in sharers)
            merged[holder.key] = replace(known or holder, sharers=sharers + new)
        yield from merged.values()

    @override
    def never_happened(self, rows: Rows) -> frozenset[int]:
        """Return the rows without which all balances come to what the file states."""
        excess = {stated.key: -stated.balance for stated in self.balances()}
        for dealing in rows():
            for side, amount in _effects(dealing):
                if side in excess:
                    excess[side] += amount
        if not any(excess.values()):
            return frozenset()
        doubtful = deque(
            (
                dealing
                for dealing in rows()
                if all(
                    excess.get(side, amount) * amount > 0
                    for side, amount in _effects(dealing)
                )
            ),
            _MOST_DOUBTFUL,
        )
        never = _left_out(doubtful, excess)
        for row in sorted(never):
            self._problems.add(TRADES, row, "", _NEVER)
        return never

    @override
    def adverts(self) -> Iterator[Advert]:
        seen = Seen()
        for advert in super().adverts():
            if seen.again(f"{advert.kind} {advert.key}", advert.title) is None:
                yield advert

    @override
    def balances(self) -> Iterator[Stated]:
        seen = Seen()
        for stated in super().balances():
            if seen.again(stated.key, stated.balance) is None:
                yield stated

    @override
    def _settings(self) -> Facts:
        """Read what there is: the code only from the account numbers."""
        table = self._table(SETTINGS)
        line = next(iter(table), None)
        if line is None:
            raise FileInvalid(file=SETTINGS, reason="it has no row")
        reading = Reading(table)
        code = self._code()
        return Facts(
            code=code,
            name=name_of(
                reading.words(line, "ExchangeName"),
                reading.words(line, "ExchangeTitle"),
                code,
            ),
            currency=Currency(code=code, singular="unit", plural="units"),
            named=False,
            hour_known=False,
            founded_at=reading.may(line, "DateAdded", self._moment, None),
        )

    def _code(self) -> str:
        codes: Counter[str] = Counter()
        for line in Table(self._files, USERS, Problems()):
            if parts := split_key(line["UID"].upper()):
                codes[parts[0]] += 1
        if not codes:
            raise FileInvalid(file=USERS, reason="no UID in it is like OAKV0007")
        return codes.most_common(1)[0][0]

    @override
    def _roles(self, reading: Reading, line: Line) -> tuple[Role, ...]:
        return ()

    @override
    def _side(self, line: Line, column: str) -> str | Outside:
        key = line[column].upper()
        parts = split_key(key)
        if parts is None and len(key) == 2 * _CODE and key.isalnum():
            ours = key[:_CODE] == self.facts.code
            return Outside(key[_CODE:] if ours else key[:_CODE], key)
        return super()._side(line, column)

    @override
    def _moment(self, text: str) -> int:
        return cells.epoch(text)

    @override
    def _day(self, text: str) -> str:
        return cells.day_of(cells.epoch(text))


def _effects(dealing: Dealing | Movement) -> list[tuple[str, int]]:
    """Return what a trade adds to the accounts of this exchange."""
    if isinstance(dealing, Movement):
        return []
    sign = -1 if dealing.undoes else 1
    sides = (
        (dealing.seller, sign * dealing.amount),
        (dealing.buyer, -sign * dealing.amount),
    )
    return [(side, amount) for side, amount in sides if isinstance(side, str)]


def _left_out(
    doubtful: Sequence[Dealing | Movement], excess: dict[str, int]
) -> frozenset[int]:
    """Choose rows that account for an excess on both their sides, the latest first.

    First those that account for all of it on both sides, then for all of it on one;
    a row that would only account for a part of both is left in: that would be a guess.
    """
    chosen: set[int] = set()
    for wanted in (2, 1):
        changed = True
        while changed:
            changed = False
            for dealing in reversed(doubtful):
                if dealing.row in chosen:
                    continue
                effects = [one for one in _effects(dealing) if one[0] in excess]
                exact = sum(excess[side] == amount for side, amount in effects)
                fits = all(
                    abs(excess[side]) >= abs(amount) and excess[side] * amount > 0
                    for side, amount in effects
                )
                if effects and fits and exact >= min(wanted, len(effects)):
                    chosen.add(dealing.row)
                    for side, amount in effects:
                        excess[side] -= amount
                    changed = True
    return frozenset(chosen)
