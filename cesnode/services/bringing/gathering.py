"""Reads all files once: people into memory, trades into a scratch file, in order of time.

What takes a trade back is joined here to the trade it takes back, and rows that say
the same thing twice are told apart from trades that were alike.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from msgspec.structs import replace

from cesnode.errors import FileInvalid
from cesnode.formats import ces_v1, ces_v2
from cesnode.formats.brought import (
    Dealing,
    Facts,
    Foreign,
    Holder,
    Movement,
    Problem,
    Problems,
    Wanted,
)
from cesnode.formats.bundle import Bundle
from cesnode.formats.ces_v1 import CesV1
from cesnode.formats.ces_v2 import CesV2
from cesnode.formats.corrections import Correction, Corrections
from cesnode.formats.elas import Elas, is_elas
from cesnode.formats.flows import side_name
from cesnode.formats.integralces import IntegralCes, is_integralces
from cesnode.formats.sheets import Sheets
from cesnode.formats.tables import rows_at
from cesnode.formats.timeoverflow import TimeOverflow, is_timeoverflow
from cesnode.services.bringing.files import Tables, opened
from cesnode.store.staging import Staging, Waiting

Report = Callable[[int, int], None]
"""Told how many rows are done, and of how many."""
EVERY = 500
"""So many rows are done between two reports."""
_HEADER = 1
_NAMELESS = "~"
"""Begins the key of a row that has none of its own; what follows is its content."""
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Dealing | Movement).decode


class System(StrEnum):
    CES = "ces"
    INTEGRALCES = "integralces"
    BUNDLE = "bundle"
    CSV = "csv"


@dataclass(slots=True, kw_only=True)
class Gathered:
    """All that the files tell; `first_at` is when the first trade was recorded."""

    system: System
    tables: Tables
    format: Foreign
    facts: Facts
    problems: Problems
    holders: list[Holder]
    staging: Staging
    stated: dict[str, int]
    digest: bytes
    first_at: int | None

    def rows(self) -> Iterator[tuple[Waiting, Dealing | Movement]]:
        for waiting in self.staging.in_time():
            yield waiting, _decode(waiting.content)

    def tell_idle(self) -> None:
        """Name the corrections that are for rows the files do not have."""
        reason = "the files have no such row; the correction was not applied"
        for one in self.tables.corrections.idle():
            self.problems.add(one.file, one.row, one.column, reason)

    def told(self) -> Iterator[Problem]:
        """Yield every problem with what stands in its row, the files read once more."""
        wanted: dict[str, set[int]] = defaultdict(set)
        for one in self.problems.kept:
            if one.row > _HEADER and not one.found and one.file in self.tables.names:
                wanted[one.file].add(one.row)
        rows = {name: dict(rows_at(self.tables, name, wanted[name])) for name in wanted}
        for one in self.problems.kept:
            found = one.found or rows.get(one.file, {}).get(one.row, "")
            yield replace(one, found=found)


def _unheard(_done: int, _total: int) -> None: ...


@contextmanager
def gathered(
    path: Path,
    system: System,
    wanted: Wanted,
    corrections: Sequence[Correction] = (),
    report: Report = _unheard,
) -> Iterator[Gathered]:
    """Read everything; the files stay open for as long as what they tell is used."""
    problems = Problems()
    with (
        opened(path, Corrections(corrections)) as tables,
        TemporaryDirectory(prefix="cesnode-") as scratch,
    ):
        reader = _reader(tables, system, problems, wanted)
        staging = Staging(Path(scratch))
        try:
            holders = list(reader.holders())
            first_at = _stage(reader, tables, staging, report)
            _name_the_nameless(staging)
            _separate_the_repeated(staging, problems)
            _join_what_is_taken_back(staging)
            yield Gathered(
                system=system,
                tables=tables,
                format=reader,
                facts=reader.facts,
                problems=problems,
                holders=holders,
                staging=staging,
                stated=_stated(reader, problems),
                digest=tables.digest(),
                first_at=first_at,
            )
        finally:
            staging.close()


def _reader(tables: Tables, system: System, problems: Problems, wanted: Wanted) -> Foreign:
    match system:
        case System.BUNDLE:
            return Bundle(tables, problems)
        case System.CSV:
            return _tables_of(tables, problems, wanted)
        case System.CES | System.INTEGRALCES:
            return _ces(tables, problems, sure=system is System.INTEGRALCES)


def _ces(tables: Tables, problems: Problems, *, sure: bool) -> Foreign:
    if ces_v2.EXCHANGES in tables.names:
        return CesV2(tables, problems)
    _require(tables, ces_v1.SETTINGS, ces_v1.USERS)
    if sure or is_integralces(tables):
        return IntegralCes(tables, problems)
    return CesV1(tables, problems)


def _tables_of(tables: Tables, problems: Problems, wanted: Wanted) -> Foreign:
    if is_elas(tables):
        return Elas(tables, problems, wanted)
    if is_timeoverflow(tables):
        return TimeOverflow(tables, problems, wanted)
    return Sheets(tables, problems, wanted)


def _require(tables: Tables, *names: str) -> None:
    for name in names:
        if name not in tables.names:
            raise FileInvalid(file=name, reason="it is missing")


def _stage(reader: Foreign, tables: Tables, staging: Staging, report: Report) -> int | None:
    """Keep every row; how far that is, is told by the lines of the file it is in.

    Nothing of it outlives the run: whoever is broken off reads anew, in a small part of
    the time that booking takes.
    """
    first: int | None = None
    lines: dict[str, int] = {}
    for place, row in enumerate(reader.dealings(), 1):
        if row.file not in lines:
            lines[row.file] = tables.lines(row.file)
        if place % EVERY == 0:
            before = sum(lines.values()) - lines[row.file]
            report(before + row.row, before + max(row.row, lines[row.file]))
        staging.add(_waiting(place, row))
        first = row.at if first is None else min(first, row.at)
    staging.settle()
    return first


def _waiting(place: int, row: Dealing | Movement) -> Waiting:
    content = _encode(row)
    if isinstance(row, Movement):
        return Waiting(place, row.at, row.key, "", "", 0, content)
    key = row.key or _NAMELESS + digest_of(row).hex()
    seller, buyer = side_name(row.seller), side_name(row.buyer)
    amount = -row.amount if row.undoes else row.amount
    return Waiting(place, row.at, key, seller, buyer, amount, content)


def digest_of(row: Dealing | Movement) -> bytes:
    """Return what tells a row's content from any other, wherever in its file it stood."""
    same = replace(row, row=0, key="")
    return hashlib.sha256(_encode(same)).digest()[:16]


def _name_the_nameless(staging: Staging) -> None:
    """Number rows without a key that are alike: two equal trades of a day are two."""
    counts: Counter[str] = Counter()
    for _, row in staging.repeated():
        if row.key.startswith(_NAMELESS):
            counts[row.key] += 1
            staging.change(row._replace(key=f"{row.key}#{counts[row.key] + 1}"))


def _separate_the_repeated(staging: Staging, problems: Problems) -> None:
    """Two rows of one key are one row twice, or a trade and its taking back, or wrong."""
    counts: Counter[str] = Counter()
    for first, again in staging.repeated():
        row, known = _decode(again.content), _decode(first.content)
        counts[again.key] += 1
        if isinstance(row, Dealing) and _turns_back(first, again):
            undoing = row if row.undoes else _swapped(row)
            _change(staging, again, undoing, f"{again.key}/undone{counts[again.key]}")
            continue
        same = digest_of(row) == digest_of(known)
        what = "the same" if same else "another"
        reason = f"row {known.row} has {what} trade under this key ({again.key}); left out"
        problems.add(row.file, row.row, "", reason)
        staging.take(again.place)


def _turns_back(first: Waiting, again: Waiting) -> bool:
    swapped = (again.seller, again.buyer) == (first.buyer, first.seller)
    kept = (again.seller, again.buyer) == (first.seller, first.buyer)
    return (swapped and again.amount == first.amount) or (
        kept and again.amount == -first.amount
    )


def _swapped(row: Dealing) -> Dealing:
    return replace(
        row,
        seller=row.buyer,
        buyer=row.seller,
        seller_levy=row.buyer_levy,
        buyer_levy=row.seller_levy,
        undoes=True,
    )


def _change(staging: Staging, waiting: Waiting, row: Dealing, key: str) -> None:
    staging.change(_waiting(waiting.place, replace(row, key=key))._replace(key=key))


def _join_what_is_taken_back(staging: Staging) -> None:
    """Find for each row that takes a trade back the latest such trade before it."""
    joined: set[int] = set()
    for waiting in staging.undoing():
        row = _decode(waiting.content)
        if not isinstance(row, Dealing) or row.of is not None:
            continue
        for earlier in staging.between(waiting.seller, waiting.buyer, row.amount):
            before = earlier.at <= waiting.at and earlier.place < waiting.place
            if before and earlier.place not in joined and _levies_fit(row, earlier):
                joined.add(earlier.place)
                joining = replace(row, of=earlier.key, perhaps=False)
                _change(staging, waiting, joining, waiting.key)
                break
        else:
            if row.perhaps:
                alone = replace(_swapped(row), undoes=False, perhaps=False)
                _change(staging, waiting, alone, waiting.key)


def _levies_fit(row: Dealing, earlier: Waiting) -> bool:
    """Whether all that was taken was given back."""
    was = _decode(earlier.content)
    levies = (row.seller_levy, row.buyer_levy)
    return isinstance(was, Dealing) and levies == (was.seller_levy, was.buyer_levy)


def _stated(reader: Foreign, problems: Problems) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for stated in reader.balances():
        if stated.key in found and found[stated.key] != stated.balance:
            problems.add("balances", 0, "", f"{stated.key} is there with two balances")
        found[stated.key] = stated.balance
    return dict(found)
