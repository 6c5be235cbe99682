"""What all peers together may owe us, and we all of them; None is no limit."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.store.database import Reader, Writer


@dataclass(frozen=True, slots=True)
class TotalLimits:
    """Amounts in minor units."""

    we_are_owed: int | None
    we_owe: int | None


def load(reader: Reader) -> TotalLimits:
    return TotalLimits(*reader.one("SELECT we_are_owed, we_owe FROM total_limits"))


def save(writer: Writer, limits: TotalLimits) -> None:
    writer.run(
        "UPDATE total_limits SET we_are_owed = ?, we_owe = ? WHERE id = 1",
        (limits.we_are_owed, limits.we_owe),
    )
