"""Goes through all transfers part by part, in this process or in several at once.

A part rests on the link and the balances before it as they are stored, and these are
checked by the part before: so each can be walked alone, and all of them leave no gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from cesnode.store.auditor.books import Basis, Books, Part
from cesnode.store.auditor.findings import Fault
from cesnode.store.auditor.sqlite import opened, sqlite3
from cesnode.store.auditor.transfers import Span, Transfers

SIZE = 20_000
"""So many transfers are a part."""

_END = """
SELECT max(seq) FROM (SELECT seq FROM transfers WHERE seq > ? ORDER BY seq LIMIT ?)
"""
_BEYOND = 2**63 - 1
_HOLDERS = "SELECT account_id, count(*) FROM entries GROUP BY account_id"


def walk(
    path: Path,
    connection: sqlite3.Connection,
    books: Books,
    *,
    workers: int,
    progress: Callable[[int, int], None],
) -> Part:
    """Walk over all transfers; return what was counted and found, all in all."""
    whole = Part(findings=books.findings, tallies=books.tallies)
    (total,) = connection.execute("SELECT count(*) FROM transfers").fetchone()
    spans = list(_spans(connection))
    for part in _walked(path, connection, books.basis, spans, workers):
        _add(whole, part, books)
        progress(whole.count, total)
    for account, count in connection.execute(_HOLDERS):
        if account not in books.basis.numbers:
            sentence = f"its {count} entries are in an account there is not"
            row = f"account #{account}"
            books.findings.add(Fault.REFERENCE_MISSING, "entries", row, sentence)
    return whole


def _spans(connection: sqlite3.Connection) -> Iterator[Span]:
    """Divide all numbers there can be, so that no entry is left out."""
    after = 0
    while (last := connection.execute(_END, (after, SIZE)).fetchone()[0]) is not None:
        yield Span(after, last)
        after = last
    yield Span(after, _BEYOND)


def _walked(
    path: Path,
    connection: sqlite3.Connection,
    basis: Basis,
    spans: list[Span],
    workers: int,
) -> Iterable[Part]:
    workers = min(workers, len(spans) - 1)
    if workers <= 1:
        yield from (Transfers(connection, basis, span).walk() for span in spans)
        return
    # What was recorded is never changed, so each process may open the file anew.
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        yield from pool.map(partial(_walk_alone, path, basis), spans)


def _walk_alone(path: Path, basis: Basis, span: Span) -> Part:
    with closing(opened(path)) as connection:
        return Transfers(connection, basis, span).walk()


def _add(whole: Part, part: Part, books: Books) -> None:
    whole.count += part.count
    whole.entries += part.entries
    whole.findings.join(part.findings)
    whole.starts_elsewhere |= part.starts_elsewhere
    whole.head = part.head
    for account, tally in part.tallies.items():
        whole.tallies[account].add(tally)
    books.fates.settle(part.postings, part.reversals)
