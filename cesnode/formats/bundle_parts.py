"""Parts of a bundle as our own values: its currency, and what members offer and want."""

from __future__ import annotations

from fractions import Fraction

from cesnode.community.market import Audience, Kind, State
from cesnode.errors import FileInvalid
from cesnode.formats import cells
from cesnode.formats.brought import Advert, Category
from cesnode.formats.reading import Reading, name_of, picture_files
from cesnode.formats.tables import Line
from cesnode.ledger.money import MOST_SCALE, Currency, Measure

_POSTS = {
    "offer": Kind.OFFERING,
    "need": Kind.WANT,
    "want": Kind.WANT,
}
_AUDIENCES = {"public": Audience.PUBLIC}
_LARGEST_SCALE, _LARGEST_RATE = 12, 2_147_483_647


def currency_of(reading: Reading, line: Line, code: str) -> Currency:
    scale = _whole(line, "scale", most=_LARGEST_SCALE)
    over = _whole(line, "rateNumerator", most=_LARGEST_RATE)
    under = _whole(line, "rateDenominator", most=_LARGEST_RATE)
    if not over or not under:
        raise FileInvalid(file="currency.csv", reason="its rate is zero")
    singular = name_of(reading.words(line, "name")) or "unit"
    rate = Fraction(under, over)
    return Currency(
        code=code or "NONE",
        singular=singular,
        plural=name_of(reading.words(line, "namePlural")) or f"{singular}s",
        symbol=reading.words(line, "symbol")[:8],
        scale=min(scale, MOST_SCALE),
        measure=Measure.TIME if rate == 1 else Measure.MUTUAL,
        hour_value=rate,
    )


def advert(reading: Reading, line: Line, categories: dict[str, str]) -> Advert:
    kind = _POSTS.get(line["type"])
    if kind is None:
        raise reading.refuse(line, "type", f"“{line['type']}” is neither offer nor need")
    code = line["category"]
    return Advert(
        file="posts.csv",
        row=line.number,
        key=line.first("code", "id") or f"row {line.number}",
        kind=kind,
        owner=line["member"],
        title=name_of(reading.words(line, "title"), "—"),
        text=reading.text(line, "description"),
        category=tuple(filter(None, (categories.get(code, code),))),
        price=reading.words(line, "value"),
        pictures=picture_files(line["imageUrls"]),
        state=_state(line),
        audience=_AUDIENCES.get(line["access"], Audience.HERE),
        created_at=reading.may(line, "createdAt", cells.moment, None),
        changed_at=reading.may(line, "updatedAt", cells.moment, None),
        expires_on=reading.may(line, "expiresAt", _day, None),
    )


def categories_of(reading: Reading) -> dict[str, str]:
    """Return the names of categories by their codes."""
    return {line["code"]: reading.words(line, "name") for line in reading.table}


def shelves(categories: dict[str, str]) -> tuple[Category, ...]:
    return tuple(Category((name,)) for name in categories.values() if name)


def _state(line: Line) -> State:
    """Say what becomes of a post; one that is private only its owner sees."""
    if line["status"] == "draft":
        return State.DRAFT
    if line["fulfilledAt"]:
        return State.FULFILLED
    shown = line["status"] == "published" and line["access"] != "private"
    return State.SHOWN if shown else State.HIDDEN


def _day(text: str) -> str:
    return cells.day_of(cells.moment(text))


def _whole(line: Line, column: str, *, most: int) -> int:
    text = line[column]
    if not (text.isascii() and text.isdigit() and int(text) <= most):
        raise FileInvalid(
            file="currency.csv", reason=f"its {column} is not a number up to {most}"
        )
    return int(text)
