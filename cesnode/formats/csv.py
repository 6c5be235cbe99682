"""The ledger as tables: of entries, of trades, of an account's statement.

A text that a spreadsheet would take for a formula gets an apostrophe before it, and so
does one that begins with an apostrophe: plain() takes it away again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from cesnode.formats.book import Posting, instant
from cesnode.ledger.money import Currency, render
from cesnode.ledger.statements import Line
from cesnode.ledger.trades import Trade

ENTRIES = (
    "transfer",
    "recorded_at",
    "kind",
    "account",
    "amount",
    "balance",
    "trade",
    "event_on",
    "description",
)
TRADES = (
    "trade",
    "id",
    "state",
    "event_on",
    "seller",
    "buyer",
    "other",
    "amount",
    "seller_levy",
    "buyer_levy",
    "description",
    "channel",
    "created_at",
)

STATEMENT = (
    "date",
    "recorded_at",
    "kind",
    "amount",
    "balance",
    "levy",
    "trade",
    "other",
    "other_name",
    "description",
)

_RISKY = tuple(
    "=+-@\t\r\n'\uff1d\uff0b\uff0d\uff20"
)  # The last four: = + - @ in full width.


def header(columns: Iterable[str]) -> str:
    return _row(columns)


def entries(posting: Posting, currency: Currency) -> Iterator[str]:
    """Write a row for each entry of a posting."""
    trade = posting.trade
    for line in posting.lines:
        yield _row(
            (
                str(posting.seq),
                instant(posting.recorded_at),
                posting.kind,
                line.number,
                render(line.amount, currency),
                render(line.balance, currency),
                trade.ref if trade else "",
                trade.event_on if trade else "",
                guarded(trade.description) if trade else "",
            )
        )


def trade(of: Trade, seller: str, buyer: str, currency: Currency) -> str:
    """Write a trade; `other` is who stands behind a clearing account."""
    return _row(
        (
            of.ref,
            str(of.uuid),
            of.state,
            of.event_on,
            seller,
            buyer,
            guarded(of.other),
            render(of.amount, currency),
            render(of.seller_levy, currency),
            render(of.buyer_levy, currency),
            guarded(of.description),
            of.channel,
            instant(of.created_at),
        )
    )


def statement_line(line: Line, currency: Currency) -> str:
    """Write an entry as its owner reads it."""
    recorded_at = instant(line.recorded_at)
    return _row(
        (
            line.event_on or recorded_at[:10],
            recorded_at,
            line.kind,
            render(line.amount, currency),
            render(line.balance, currency),
            render(line.levy, currency),
            line.ref or "",
            guarded(line.other_number),
            guarded(line.other_name),
            guarded(line.description),
        )
    )


def guarded(text: str | None) -> str:
    """Make sure that no spreadsheet computes a text; one that is missing is empty."""
    if text is None:
        return ""
    return f"'{text}" if text.startswith(_RISKY) else text


def plain(cell: str) -> str:
    """Return the text that guarded() was given."""
    guards = cell.startswith("'") and cell[1:].startswith(_RISKY)
    return cell[1:] if guards else cell  # An apostrophe may be a word's own: 't Huis.


def _row(cells: Iterable[str]) -> str:
    file = io.StringIO()
    csv.writer(file).writerow(cells)
    return file.getvalue()
