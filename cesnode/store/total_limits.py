"""What all peers together may owe us, and we all of them; None is no limit."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.store.database import Reader, Writer


@dataclass(frozen=True, slots=True)
class TotalLimits:
    """Amounts in minor units."""

    we_are_owed: int | None
    we_owe: int | None


_MEMO = "limits of all peers together"


def load(reader: Reader) -> TotalLimits:
    known: TotalLimits | None = reader.memo.get(_MEMO)
    if known is None:
        row = reader.one("SELECT we_are_owed, we_owe FROM total_limits")
        known = reader.memo[_MEMO] = TotalLimits(*row)
    return known


def save(writer: Writer, limits: TotalLimits) -> None:
    writer.memo.pop(_MEMO, None)
    writer.run(
        "UPDATE total_limits SET we_are_owed = ?, we_owe = ? WHERE id = 1",
        (limits.we_are_owed, limits.we_owe),
    )
