"""A statement of account as people ask for one: a period, and which lines of it.

The opening and the closing balance are always those of the whole period; the lines, and
what they come to, are those that were asked for.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from cesnode.community import words
from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Scope
from cesnode.errors import N_, DateInvalid, FieldInvalid
from cesnode.formats import csv
from cesnode.ledger.accounts import Account
from cesnode.ledger.statements import Line
from cesnode.ledger.transfers import TransferKind
from cesnode.services import dates
from cesnode.services.reading import require_entries
from cesnode.store import Reader, exchanges, statements
from cesnode.store.statements import Period, Sieve, Sums, Year

PAGE = 40
_MONTHS = 2
"""Without a first day, so many months before this one are shown too."""
_CHUNK = 500
_FIRST_YEAR, _LAST_YEAR = 1900, 9998


class Direction(StrEnum):
    CAME = "came"
    WENT = "went"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for, as it was typed: ISO 8601 days, the last one included."""

    since: str = ""
    until: str = ""
    text: str = ""
    person: str = ""
    kind: str = ""
    direction: str = ""
    cursor: int | None = None


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a statement; amounts are in minor units.

    `began` is the balance before the first line of this page; `cursor` fetches the next
    page, None on the last.  `is_sifted`: lines of the period were left out.
    """

    exchange: Exchange
    account: Account
    since: datetime.date
    until: datetime.date
    opening: int
    closing: int
    lines: tuple[Line, ...]
    sums: Sums
    cursor: int | None
    is_sifted: bool


def sheet(
    reader: Reader,
    actor: Actor,
    account: Account,
    wanted: Wanted,
    *,
    now: int,
    page: int = PAGE,
) -> Sheet:
    """Return a page of the lines that are asked for.

    Raises:
        NotAllowed: the account's entries are not for this actor.
        DateInvalid, FieldInvalid: what is asked for cannot be.

    """
    actor.require_scope(Scope.READ)
    require_entries(actor, account)
    since, until = _days(wanted, now)
    period, sieve = _period(since, until, wanted.cursor, page), _sieve(wanted)
    opening, closing = statements.ends(reader, account.id, period)
    lines, cursor = statements.sifted(reader, account.id, period, sieve)
    return Sheet(
        exchange=exchanges.load(reader, now),
        account=account,
        since=since,
        until=until,
        opening=opening,
        closing=closing,
        lines=tuple(lines),
        sums=statements.sums(reader, account.id, period, sieve),
        cursor=cursor,
        is_sifted=not sieve.is_open,
    )


def years(reader: Reader, actor: Actor, account: Account) -> list[Year]:
    """Return what each calendar year came to, the latest first."""
    actor.require_scope(Scope.READ)
    require_entries(actor, account)
    return statements.years(reader, account.id)


def table(
    reader: Reader, actor: Actor, account: Account, wanted: Wanted, *, now: int
) -> tuple[str, int | None]:
    """Return a piece of the statement as CSV, and the cursor of the next piece."""
    found = sheet(reader, actor, account, wanted, now=now, page=_CHUNK)
    return "".join(_rows(found, is_first=wanted.cursor is None)), found.cursor


def _rows(found: Sheet, *, is_first: bool) -> Iterator[str]:
    if is_first:
        yield csv.header(csv.STATEMENT)
    for line in found.lines:
        yield csv.statement_line(line, found.exchange.currency)


def _days(wanted: Wanted, now: int) -> tuple[datetime.date, datetime.date]:
    today = dates.day_of(now)
    until = _day(wanted.until, "until") if wanted.until else today
    if wanted.since:
        return _day(wanted.since, "since"), until
    first = until.replace(day=1)
    for _ in range(_MONTHS):
        first = (first - datetime.timedelta(days=1)).replace(day=1)
    return first, until


def _day(text: str, field: str) -> datetime.date:
    """Read a day that lies within what a calendar can reckon with on either side."""
    found = dates.day(text, field=field)
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise DateInvalid(text=text, field=field)
    return found


def _period(
    since: datetime.date, until: datetime.date, cursor: int | None, limit: int
) -> Period:
    return Period(
        since=dates.start_of(since.isoformat(), field="since"),
        until=dates.end_of(until.isoformat(), field="until"),
        cursor=cursor,
        limit=limit,
    )


def _sieve(wanted: Wanted) -> Sieve:
    text, person = wanted.text.strip(), wanted.person.strip()
    if not words.is_text(text + person):
        raise FieldInvalid("text", N_("it holds a character that cannot be looked for"))
    if wanted.kind and wanted.kind not in set(TransferKind):
        raise FieldInvalid("kind", N_("there is no such kind"))
    signs = {"": None, Direction.CAME: 1, Direction.WENT: -1}
    if wanted.direction not in signs:
        raise FieldInvalid("direction", N_("it is “came” or “went”"))
    return Sieve(words=text, person=person, kind=wanted.kind, sign=signs[wanted.direction])
