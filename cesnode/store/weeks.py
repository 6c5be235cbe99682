"""Up to where members were told what a week has brought to the market."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.store.database import Reader, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """`monday` begins the week that was told last; `up_to` is the market's revision."""

    monday: str
    told_at: int
    up_to: int


def last(reader: Reader) -> Week | None:
    row = reader.first("SELECT monday, told_at, told_up_to FROM market_weeks")
    return Week(monday=row[0], told_at=row[1], up_to=row[2]) if row else None


def keep(writer: Writer, week: Week) -> None:
    writer.run(
        "INSERT INTO market_weeks (id, monday, told_at, told_up_to) VALUES (1, ?1, ?2, ?3)"
        " ON CONFLICT (id) DO UPDATE SET monday = ?1, told_at = ?2, told_up_to = ?3",
        (week.monday, week.told_at, week.up_to),
    )
