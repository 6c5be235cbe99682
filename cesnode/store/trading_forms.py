"""Orders and slips: what a buyer wrote to a seller, and what became of it."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

import msgspec

from cesnode.errors import UnknownForm
from cesnode.ledger.trades import reference
from cesnode.store.database import Reader, Row, Writer

_COLUMNS = (
    "SELECT f.id, f.uuid, f.kind, f.buyer_id, b.number, b.name, f.seller_id, s.number,"
    " s.name, f.amount, f.description, f.delivery, f.state, f.reason, f.trade_id,"
    " f.written_by, f.written_at, f.answered_at FROM trading_forms AS f"
    " CROSS JOIN accounts AS b ON b.id = f.buyer_id"
    " CROSS JOIN accounts AS s ON s.id = f.seller_id "
)


class FormKind(StrEnum):
    ORDER = "order"  # please provide this
    SLIP = "slip"  # you may record this, I have agreed


class FormState(StrEnum):
    OPEN = "open"
    TRADED = "traded"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """The amount is in minor units, `trade` the reference of what it became."""

    id: int
    uuid: UUID
    kind: FormKind
    buyer: int
    buyer_number: str
    buyer_name: str
    seller: int
    seller_number: str
    seller_name: str
    amount: int
    description: str | None
    delivery: str | None
    state: FormState
    reason: str | None
    trade: str | None
    written_by: int | None
    written_at: int
    answered_at: int | None


def insert(  # noqa: PLR0913 - the columns of a form
    writer: Writer,
    *,
    uuid: UUID,
    kind: FormKind,
    buyer: int,
    seller: int,
    amount: int,
    description: str,
    delivery: str | None,
    written_by: int | None,
    now: int,
) -> Form:
    """Add a form, unless its UUID is there already; return the one that is there."""
    writer.run(
        "INSERT INTO trading_forms (uuid, kind, buyer_id, seller_id, amount, description,"
        " delivery, written_by, written_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (uuid) DO NOTHING",
        (
            uuid.bytes,
            kind,
            buyer,
            seller,
            amount,
            description,
            delivery,
            written_by,
            now,
        ),
    )
    return _form(writer.one(_COLUMNS + "WHERE f.uuid = ?", (uuid.bytes,)))


def last_id(reader: Reader) -> int:
    (last,) = reader.one("SELECT COALESCE(MAX(id), 0) FROM trading_forms")
    return int(last)


def by_id(reader: Reader, form: int) -> Form:
    """Return the form.

    Raises:
        UnknownForm: there is none.

    """
    row = reader.first(_COLUMNS + "WHERE f.id = ?", (form,))
    if row is None:
        raise UnknownForm(number=form)
    return _form(row)


def open_for(reader: Reader, seller: int, *, limit: int) -> list[Form]:
    """Return what waits for a seller, the oldest first."""
    rows = reader.all(
        _COLUMNS + "WHERE f.seller_id = ? AND f.state = 'open' ORDER BY f.id LIMIT ? + 0",
        (seller, limit),
    )
    return [_form(row) for row in rows]


def of_account(reader: Reader, account: int, *, limit: int) -> list[Form]:
    """Return the latest forms of an account, as buyer or seller, newest first."""
    rows = [
        row
        for side in ("seller_id", "buyer_id")
        for row in reader.all(
            f"{_COLUMNS}WHERE f.{side} = ? ORDER BY f.id DESC LIMIT ? + 0", (account, limit)
        )
    ]
    return sorted(map(_form, rows), key=lambda form: form.id, reverse=True)[:limit]


def of_trade(reader: Reader, trade: int) -> Form | None:
    """Return the form that a trade came from."""
    row = reader.first(_COLUMNS + "WHERE f.trade_id = ?", (trade,))
    return _form(row) if row else None


def answer(
    writer: Writer,
    form: Form,
    state: FormState,
    *,
    reason: str | None = None,
    trade: int | None = None,
    now: int,
) -> None:
    writer.run(
        "UPDATE trading_forms SET state = ?, reason = ?, trade_id = ?, answered_at = ?"
        " WHERE id = ?",
        (state, reason, trade, now, form.id),
    )


def erase_words_by(writer: Writer, account: int, member: int) -> None:
    """Erase what a member wrote in the forms of an account."""
    for side in ("seller_id", "buyer_id"):
        writer.run(
            "UPDATE trading_forms"  # noqa: S608 - columns
            " SET description = NULL, delivery = NULL"
            f" WHERE {side} = ? AND written_by = ?",
            (account, member),
        )


def _form(row: Row) -> Form:
    (
        form, uuid, kind, buyer, buyer_number, buyer_name, seller, seller_number,
        seller_name, amount, description, delivery, state, reason, trade, written_by,
        written_at, answered_at,
    ) = row  # fmt: skip
    return Form(
        id=form,
        uuid=UUID(bytes=bytes(uuid)),
        kind=FormKind(kind),
        buyer=buyer,
        buyer_number=buyer_number,
        buyer_name=buyer_name,
        seller=seller,
        seller_number=seller_number,
        seller_name=seller_name,
        amount=amount,
        description=description,
        delivery=delivery,
        state=FormState(state),
        reason=reason,
        trade=None if trade is None else reference(trade),
        written_by=written_by,
        written_at=written_at,
        answered_at=answered_at,
    )
