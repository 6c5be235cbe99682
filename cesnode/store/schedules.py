"""Schedules: what is to be traded later or again and again, and what came of it."""

from __future__ import annotations

import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from cesnode.community.rhythm import Rhythm
from cesnode.errors import Code, UnknownSchedule
from cesnode.ledger.trades import reference
from cesnode.store.database import Reader, Row, Writer

_COLUMNS = (
    "SELECT id, uuid, account_id, side, other, amount, description, asking, rhythm,"
    " first_on, until_on, times, state, turn, next_on, tried_on, problem, made_by, made_at,"
    " (SELECT most FROM schedule_maxima AS m WHERE m.schedule_id = schedules.id"
    " ORDER BY m.id DESC LIMIT 1) FROM schedules "
)


class Side(StrEnum):
    """On which side of its trades the account stands that a schedule belongs to."""

    SELLER = "seller"
    BUYER = "buyer"


class ScheduleState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """`amount` is in minor units of the seller's currency; `turn` is the next one's number.

    `problem` is the code of the error by which the turn that is due could not be entered,
    `tried_on` the day on which that was last tried.  `most` is what a turn that passes a
    hub may cost the buyer in all, in our own minor units.
    """

    id: int
    uuid: UUID
    account: int
    side: Side
    other: str
    amount: int
    description: str | None
    asking: bool
    rhythm: Rhythm
    first_on: datetime.date
    until_on: datetime.date | None
    times: int | None
    state: ScheduleState = ScheduleState.RUNNING
    turn: int = 0
    next_on: datetime.date | None
    tried_on: datetime.date | None = None
    problem: str | None = None
    made_by: int | None
    made_at: int
    most: int | None = None


def insert(writer: Writer, schedule: Schedule) -> bool:
    """Add a schedule; return False if its UUID is there already."""
    added = writer.run(
        "INSERT INTO schedules (id, uuid, account_id, side, other, amount, description,"
        " asking, rhythm, first_on, until_on, times, next_on, made_by, made_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (uuid) DO NOTHING",
        (
            schedule.id,
            schedule.uuid.bytes,
            schedule.account,
            schedule.side,
            schedule.other,
            schedule.amount,
            schedule.description,
            schedule.asking,
            schedule.rhythm,
            schedule.first_on.isoformat(),
            _text(schedule.until_on),
            schedule.times,
            _text(schedule.next_on),
            schedule.made_by,
            schedule.made_at,
        ),
    )
    return added == 1


def next_id(reader: Reader) -> int:
    (last,) = reader.one("SELECT COALESCE(MAX(id), 0) FROM schedules")
    return int(last) + 1


def by_id(reader: Reader, schedule: int) -> Schedule:
    """Return the schedule.

    Raises:
        UnknownSchedule: there is none.

    """
    row = reader.first(_COLUMNS + "WHERE id = ?", (schedule,))
    if row is None:
        raise UnknownSchedule(number=schedule)
    return _schedule(row)


def known(reader: Reader, uuid: UUID) -> Schedule:
    """Return the schedule of a UUID that is there."""
    return _schedule(reader.one(_COLUMNS + "WHERE uuid = ?", (uuid.bytes,)))


def of_account(reader: Reader, account: int) -> list[Schedule]:
    """Return an account's schedules, the newest first."""
    rows = reader.all(_COLUMNS + "WHERE account_id = ? ORDER BY id DESC", (account,))
    return [_schedule(row) for row in rows]


def every(reader: Reader) -> list[Schedule]:
    return [_schedule(row) for row in reader.all(_COLUMNS + "ORDER BY id DESC")]


def due(reader: Reader, day: datetime.date) -> list[int]:
    """Return which schedules have a turn that is due and was not tried on this day."""
    rows = reader.all(
        "SELECT id FROM schedules WHERE state = 'running' AND next_on <= ?1"
        " AND (tried_on IS NULL OR tried_on < ?1) ORDER BY next_on",
        (day.isoformat(),),
    )
    return [schedule for (schedule,) in rows]


def trades_of(reader: Reader, schedule: int, *, limit: int) -> list[tuple[str, str]]:
    """Return the latest days on which a trade was due, each with its reference."""
    rows = reader.all(
        "SELECT due_on, trade_id FROM scheduled_trades WHERE schedule_id = ?"
        " ORDER BY due_on DESC LIMIT ? + 0",
        (schedule, limit),
    )
    return [(due_on, reference(trade)) for due_on, trade in rows]


def of_trade(reader: Reader, trade: int) -> int | None:
    """Return the schedule that entered a trade."""
    row = reader.first(
        "SELECT schedule_id FROM scheduled_trades WHERE trade_id = ?", (trade,)
    )
    return row[0] if row else None


def entered(writer: Writer, schedule: Schedule, trade: int) -> None:
    """Note which trade a due turn became."""
    writer.run(
        "INSERT INTO scheduled_trades (schedule_id, due_on, trade_id) VALUES (?, ?, ?)",
        (schedule.id, _text(schedule.next_on), trade),
    )


def go_on(
    writer: Writer, schedule: Schedule, *, turn: int, next_on: datetime.date | None
) -> None:
    """Go on to a turn; a schedule that has no further one has ended."""
    writer.run(
        "UPDATE schedules SET turn = ?, next_on = ?, tried_on = NULL, problem = NULL,"
        " state = CASE WHEN ?2 IS NULL THEN 'ended' ELSE state END WHERE id = ?3",
        (turn, _text(next_on), schedule.id),
    )


def failed(
    writer: Writer, schedule: Schedule, *, on: datetime.date | None, problem: Code
) -> None:
    """Note why the turn that is due could not be entered; `on` None: try again soon."""
    writer.run(
        "UPDATE schedules SET tried_on = ?, problem = ? WHERE id = ?",
        (_text(on), problem, schedule.id),
    )


def agree(writer: Writer, schedule: int, *, most: int, by: int | None, now: int) -> None:
    """Note how much a turn may cost from now on; what is due is tried again at once."""
    writer.run(
        "INSERT INTO schedule_maxima (schedule_id, most, agreed_by, agreed_at)"
        " VALUES (?, ?, ?, ?)",
        (schedule, most, by, now),
    )
    writer.run("UPDATE schedules SET tried_on = NULL WHERE id = ?", (schedule,))


def erase_words(writer: Writer, account: int) -> None:
    writer.run("UPDATE schedules SET description = NULL WHERE account_id = ?", (account,))


def set_state(writer: Writer, schedule: Schedule, state: ScheduleState) -> None:
    writer.run("UPDATE schedules SET state = ? WHERE id = ?", (state, schedule.id))


def _text(day: datetime.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _date(text: str | None) -> datetime.date | None:
    return None if text is None else datetime.date.fromisoformat(text)


def _schedule(row: Row) -> Schedule:
    (
        schedule, uuid, account, side, other, amount, description, asking, rhythm,
        first_on, until_on, times, state, turn, next_on, tried_on, problem, made_by,
        made_at, most,
    ) = row  # fmt: skip
    return Schedule(
        id=schedule,
        uuid=UUID(bytes=bytes(uuid)),
        account=account,
        side=Side(side),
        other=other,
        amount=amount,
        description=description,
        asking=bool(asking),
        rhythm=Rhythm(rhythm),
        first_on=datetime.date.fromisoformat(first_on),
        until_on=_date(until_on),
        times=times,
        state=ScheduleState(state),
        turn=turn,
        next_on=_date(next_on),
        tried_on=_date(tried_on),
        problem=problem,
        made_by=made_by,
        made_at=made_at,
        most=most,
    )
