"""Writes the ledger out in a form that other programs read, a piece at a time."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from enum import StrEnum

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.formats import beancount, csv, jsonl
from cesnode.formats.book import Line, Posting, day
from cesnode.ledger import chain
from cesnode.ledger.chain import Canonical
from cesnode.ledger.trades import Trade
from cesnode.store import Reader, accounts, everything, exchanges, export, trades
from cesnode.store.acts import Act
from cesnode.store.export import Posted

_ANY_TIME = 0
"""Rates and levies are of no account here; whichever hold at the founding will do."""


class Format(StrEnum):
    JSONL = "jsonl"  # everything, as it was hashed
    CSV = "csv"  # a row for each entry
    BEANCOUNT = "beancount"


def export_ledger(reader: Reader, form: Format) -> Iterator[str]:
    """Return the ledger as pieces of text, to be written one after another."""
    writers = {
        Format.JSONL: _jsonl,
        Format.CSV: _csv,
        Format.BEANCOUNT: _beancount,
    }
    return writers[form](reader, exchanges.load(reader, _ANY_TIME))


def export_records(reader: Reader) -> Iterator[str]:
    """Return every row that is not in the ledger itself, but for secrets."""
    for table, columns in everything.leaving(reader):
        for row in everything.rows(reader, table, columns):
            yield jsonl.record(table, row)


def export_trades(reader: Reader) -> Iterator[str]:
    """Return a table of all trades, posted or not."""
    exchange, numbers = exchanges.load(reader, _ANY_TIME), _numbers(reader)
    yield csv.header(csv.TRADES)
    for trade in export.every_trade(reader):
        seller, buyer = numbers[trade.seller], numbers[trade.buyer]
        yield csv.trade(trade, seller, buyer, exchange.currency)


def _jsonl(reader: Reader, exchange: Exchange) -> Iterator[str]:
    transfers = acts = 0
    numbers = _numbers(reader)
    yield jsonl.exchange(exchange)
    yield from map(jsonl.account, accounts.every(reader))
    for trade in export.every_trade(reader):
        salt = trades.salt_of(reader, trade.id)
        yield jsonl.trade(trade, _facts(trade, numbers), salt)
    for posting in _postings(reader):
        yield jsonl.transfer(posting)
        transfers = posting.seq
    for act in export.acts(reader):
        yield jsonl.act(_act_record(act), act.hash, act.note, act.salt)
        acts = act.seq
    for kept in export.checkpoints(reader):
        yield jsonl.checkpoint(kept.at, kept.seq, kept.note)
    yield jsonl.end(transfers, acts)


def _csv(reader: Reader, exchange: Exchange) -> Iterator[str]:
    yield csv.header(csv.ENTRIES)
    for posting in _postings(reader):
        yield from csv.entries(posting, exchange.currency)


def _beancount(reader: Reader, exchange: Exchange) -> Iterator[str]:
    every = list(accounts.every(reader))
    names = beancount.names(every)
    begins, ends = export.days(reader)
    yield from beancount.opening(exchange, every, names, day(begins))
    for posting in _postings(reader):
        yield beancount.transaction(posting, names, exchange.currency)
    after = day(ends) + datetime.timedelta(days=1)
    yield from beancount.closing(every, names, exchange.currency, after)


def _postings(reader: Reader) -> Iterator[Posting]:
    numbers = _numbers(reader)
    for posted in export.postings(reader):
        header = posted.header
        yield Posting(
            seq=header.seq,
            kind=header.kind,
            recorded_at=header.recorded_at,
            lines=tuple(
                Line(numbers[account], amount, after)
                for account, amount, after in posted.entries
            ),
            trade=posted.trade,
            record=_transfer_record(posted, numbers),
            hash=header.hash,
        )


def _transfer_record(posted: Posted, numbers: Mapping[int, str]) -> Canonical:
    header, trade = posted.header, posted.trade
    kept = None
    if trade is not None:
        undone = header.reverses is not None
        kept = {"id": str(trade.uuid)} if undone else _facts(trade, numbers)
    return chain.transfer_record(
        seq=header.seq,
        kind=header.kind,
        recorded_at=header.recorded_at,
        entries=[
            (numbers[account], amount, after) for account, amount, after in posted.entries
        ],
        text=header.text_digest,
        trade=kept,
        reverses=header.reverses,
    )


def _act_record(act: Act) -> Canonical:
    return chain.act_record(
        seq=act.seq,
        at=act.at,
        actor=act.actor,
        kind=act.kind,
        subject=act.subject,
        details=msgspec.json.decode(act.details),
        after=act.after,
        note=act.note_digest,
    )


def _facts(trade: Trade, numbers: Mapping[int, str]) -> Canonical:
    return chain.trade_record(trade, numbers[trade.seller], numbers[trade.buyer])


def _numbers(reader: Reader) -> dict[int, str]:
    return {account.id: account.number for account in accounts.every(reader)}
